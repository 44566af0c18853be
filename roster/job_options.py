"""What a request for drafts asks for beyond weeks and seconds; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

from zhiban.data.wording import Faults, Refused, Text, shortened

Emphasis = Literal["usual", "fair", "near", "wishes", "steady"]
EMPHASES: Mapping[Emphasis, Text] = {
    "usual": Text("照规则设置", "as the rules are set"),
    "fair": Text("更看重公平", "fairness weighs more"),
    "near": Text("更看重少奔波", "short ways weigh more"),
    "wishes": Text("更看重意愿", "wishes weigh more"),
    "steady": Text("更看重熟人熟岗", "the usual people at the usual posts weigh more"),
}
LONGEST_NAME = 30
MOST_PICKED = 150  # one by one; whole counties may hold more


@dataclass(frozen=True, slots=True)
class JobOptions:
    """Which posts are rostered anew (None: all), what weighs more, and whether locks are kept.

    Posts left out keep whom the week's draft, or else its newest version, has there. To `mend` is
    to make the draft that there is whole again with the fewest changes, as it stands.
    """

    posts: tuple[str, ...] | None = None
    emphasis: Emphasis = "usual"
    keep_locks: bool = True
    mend: bool = False

    def __post_init__(self) -> None:
        if self.emphasis not in get_args(Emphasis):
            raise Refused.one(
                "emphasis",
                f"侧重只能是 {'、'.join(get_args(Emphasis))}，现为“{self.emphasis}”",
                f"the emphasis is one of {', '.join(get_args(Emphasis))}, not {self.emphasis!r}",
            )
        if self.posts is not None and not self.posts:
            raise Refused.one(
                "posts", "至少选一个岗位，才有可排的", "choose one post at least to be rostered"
            )

    @property
    def plain(self) -> bool:
        """Whether the whole week is solved under the rules as they are set."""
        return self.posts is None and self.emphasis == "usual"

    def row(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def chosen_posts(
    posts: Iterable[str], counties: Iterable[str], county_of: Mapping[str, str]
) -> tuple[str, ...]:
    """The posts picked one by one and all of the counties picked, in the order of `county_of`.

    `county_of` names each known post's county. Raises Refused for others, and for too many posts.
    """
    picked, whole = list(dict.fromkeys(posts)), list(dict.fromkeys(counties))
    faults = Faults()
    faults.unless(
        len(picked) <= MOST_PICKED,
        "posts",
        f"一次最多选{MOST_PICKED}个岗位，更多请按县选",
        f"at most {MOST_PICKED} posts; choose counties for more",
    )
    known = set(county_of.values())
    for field, zh, en, odd in (
        ("posts", "岗位", "post", [one for one in picked if one not in county_of]),
        ("counties", "有岗位的县", "county with posts", [one for one in whole if one not in known]),
    ):
        if odd:
            name = shortened(odd[0])
            faults.note(field, f"没有编号为“{name}”的{zh}", f"there is no {en} {name!r}")
    faults.refuse()
    return tuple(post for post, county in county_of.items() if post in picked or county in whole)


def options_from(row: Mapping[str, Any]) -> JobOptions:
    """What was stored; nothing stands for the usual."""
    posts = row.get("posts")
    return JobOptions(
        posts=None if posts is None else tuple(posts),
        emphasis=cast("Emphasis", row.get("emphasis", "usual")),
        keep_locks=bool(row.get("keep_locks", True)),
        mend=bool(row.get("mend", False)),
    )


def proper_name(name: str, field: str = "name") -> str:
    """The name of an alternative, trimmed; raises Refused for an empty or long one."""
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise Refused.one(
            field,
            f"备选的名称须有1至{LONGEST_NAME}个字，现有{len(kept)}个",
            f"the name of an alternative has 1 to {LONGEST_NAME} characters, not {len(kept)}",
        )
    return kept

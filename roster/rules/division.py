"""A lawyer serves in the own county, at posts of the levels above it, and with neighbours."""

from __future__ import annotations

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Post, Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Bools, Ints, Rule


class Division(Rule):
    """Bars posts of other divisions; a listed neighbour is open at its price."""

    code = "division"
    kind = "eligibility"
    title = Text("区划不符", "another division")
    says = Text(
        "律师在本县（市、区）、上级岗位和列出的相邻区划值班，相邻区划另计价。",
        "Lawyers serve in their own county, at posts of the city above it, and, at a price, "
        "with listed neighbours.",
    )

    def bars(self, ground: Ground) -> Bools:
        return ~ground.ways.open[ground.division][:, ground.places.post]

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        return ground.ways.price[ground.division[lawyers], ground.places.post[places]]

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        return self.forbids_division(facts, facts.lawyers[lawyer].division, facts.posts[shift.post])

    def forbids_division(self, facts: Facts, division: str, post: Post) -> bool:
        there, here = facts.county(post.division), facts.county(division)
        if there == here or (there, here) in facts.neighbours:
            return False
        return not facts.serves_all_below(post, division)

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        post = facts.post(duty.shift)
        home = facts.lawyers[duty.lawyer].division
        there, here = facts.county(post.division), facts.county(home)
        if there == here or facts.serves_all_below(post, home):
            return 0
        return facts.neighbours.get((there, here), (0, 0))[1]

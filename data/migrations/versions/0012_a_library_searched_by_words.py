"""Questions and answers are made public in a library that is searched by words"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_LITE = """
CREATE VIRTUAL TABLE search_library USING fts5(
    words, content='library_entry', content_rowid='id', tokenize='unicode61'
)
"""
_POSTGRES = """
CREATE INDEX search_library_words ON library_entry
USING gin (array_to_tsvector(string_to_array(btrim(words), ' '))) WITH (fastupdate = off)
WHERE status = 'reviewed'
"""


def upgrade() -> None:
    """Makes the tables, and what finds entries by words on this database."""
    op.create_table(
        "library_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('draft', 'reviewed', 'withdrawn')", name="ck_library_entry_status"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source"),
    )
    with op.batch_alter_table("library_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_library_entry_category", ["status", "category", "id"], unique=False
        )
    op.create_table(
        "library_word",
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_LITE if sqlite else _POSTGRES)


def downgrade() -> None:
    """Takes them away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_library")
    op.drop_table("library_word")
    op.drop_table("library_entry")

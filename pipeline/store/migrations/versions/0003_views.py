"""Views for people who ask in SQL: what stands now, without the history that the tables keep."""

from alembic import op

revision = "0003"
down_revision = "0002"

VIEWS = {
    "deals_now": """
        SELECT id, kind, status, amount, currency, date, first_seen, last_seen, judgement, documents, evidence
        FROM deals WHERE until_edition IS NULL""",
    "money_now": """
        SELECT d.id AS deal, f.company_id AS payer_id, f.name AS payer, t.company_id AS receiver_id,
               t.name AS receiver, t.role AS receiver_role, d.kind, d.status, d.amount, d.currency, d.date
        FROM deals d
        JOIN parties f ON f.deal = d.id AND f.since_edition = d.since_edition AND f.role = 'payer'
        JOIN parties t ON t.deal = d.id AND t.since_edition = d.since_edition AND t.role IN ('payee', 'target')
        WHERE d.until_edition IS NULL""",
    "mentions_now": """
        SELECT m.id, m.document, n.title, n.url, n.published, m.kind, m.status, m.amount, m.currency, m.confidence,
               m.evidence, m.rule, r.fingerprint AS rules, r.started_at AS read_at
        FROM mentions m
        JOIN documents n ON n.id = m.document
        JOIN runs r ON r.id = m.run
        WHERE n.gone_run IS NULL""",
}


def upgrade() -> None:
    """Make the views."""
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")

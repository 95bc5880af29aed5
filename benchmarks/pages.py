"""The launch page and the overview of the head, beside the same counts as SQL."""

from clock import median, timed

CARDS = "client_card WHERE company_id = %(company)s AND active IS TRUE"
# What a page has to count at the least.
BY_STATUS = f"SELECT status, count(*), sum(turnover) FROM {CARDS} GROUP BY status"
BY_CLASS = f"SELECT abc_class, count(*) FROM {CARDS} GROUP BY abc_class"
BY_ALARM = f"""SELECT late_date < CURRENT_DATE, risk_date < CURRENT_DATE, count(*)
                 FROM {CARDS} GROUP BY 1, 2"""
BY_MONTH = f"""SELECT count(*) FILTER (WHERE last_purchase_date >= %(month)s),
                      count(*) FILTER (WHERE next_purchase_date >= %(month)s),
                      count(*) FILTER (WHERE newcomer_until >= CURRENT_DATE)
                 FROM {CARDS}"""
SALES = """SELECT sum(amount_untaxed / currency_rate) FROM sale_order
            WHERE state = 'sale' AND company_id = %(company)s
              AND (date_order >= %(month)s
                   OR date_order >= %(month)s::date - interval '1 year'
                  AND date_order < CURRENT_DATE + 1 - interval '1 year')"""
BY_STEP = f"""SELECT count(*) FILTER (WHERE first_purchase_date >= %(month)s),
                     count(*) FILTER (WHERE second_purchase_date >= %(month)s),
                     count(*) FILTER (WHERE third_purchase_date >= %(month)s),
                     count(*) FILTER (WHERE regular_since >= %(month)s)
                FROM {CARDS}"""
BY_USER = f"""SELECT user_id, count(*),
                     count(*) FILTER (WHERE contact_late_date < CURRENT_DATE),
                     count(*) FILTER (WHERE late_date < CURRENT_DATE)
                FROM {CARDS} GROUP BY user_id"""
SALES_BY_USER = """SELECT c.user_id, sum(o.amount_untaxed / o.currency_rate)
                     FROM sale_order o
                     JOIN client_card c ON c.partner_id = o.partner_id
                    WHERE o.state = 'sale' AND o.company_id = %(company)s
                      AND c.company_id = %(company)s AND o.date_order >= %(month)s
                 GROUP BY c.user_id"""
TWINS = """SELECT count(*) FROM (
               SELECT email_normalized FROM res_partner WHERE client_base IS TRUE
             GROUP BY email_normalized
               HAVING min(commercial_partner_id) <> max(commercial_partner_id)) AS m
             CROSS JOIN (
               SELECT phone_sanitized FROM res_partner WHERE client_base IS TRUE
             GROUP BY phone_sanitized
               HAVING min(commercial_partner_id) <> max(commercial_partner_id)) AS p"""


def pages(env, table):
    """What the pages ask the server for when they are opened."""
    launch, overview = env["client.launch"], env["client.overview"]
    values = {
        "company": env.company.id,
        "month": env.company._client_today().replace(day=1),
    }

    def bare(*statements):
        def run():
            for statement in statements:
                env.cr.execute(statement, values)
                env.cr.fetchall()

        return run

    def fresh(call):
        def run():
            env.invalidate_all()
            call()

        return run

    for what, call, compare in (
        ("launch page", launch.get_state, bare(BY_STATUS)),
        (
            "overview: numbers",
            overview.get_figures,
            bare(BY_STATUS, BY_CLASS, BY_ALARM, BY_MONTH),
        ),
        ("overview: against last year", overview.get_comparison, bare(SALES)),
        ("overview: way to regular", overview.get_funnel, bare(BY_STEP)),
        ("overview: salespeople", overview.get_people, bare(BY_USER, SALES_BY_USER)),
        ("overview: readiness", overview.get_readiness, bare(BY_STATUS, TWINS)),
    ):
        run = fresh(call)
        run()
        compare()
        table.add(what, median(run), median(compare), "the same counts, SQL")
    proposals = timed(launch.propose_owners)
    limit = timed(bare(SALES.replace("(date_order", "TRUE OR (date_order")))
    table.add("salespeople proposed for all", proposals, limit, "sales by SQL")

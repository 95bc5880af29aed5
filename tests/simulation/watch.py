"""What must hold on every day, looked up in the database from outside."""

from collections import Counter, defaultdict

from ..outside import columns, fingerprints
from .judge import SATISFY
from .world import HANDED_ON, LIMIT

OPEN_TASKS = """
    SELECT a.id, a.user_id, a.client_obligation_id, o.kind, c.partner_id,
           a.client_due_date
      FROM mail_activity a
 LEFT JOIN client_obligation o ON o.id = a.client_obligation_id
 LEFT JOIN client_card c ON c.id = o.card_id
     WHERE a.active AND a.is_client_norm AND a.user_id = ANY(%s)
"""
MAILS = """
    SELECT (SELECT count(*) FROM mail_mail),
           (SELECT count(*) FROM mail_notification WHERE notification_type = 'email')
"""
CLOSED = """
    SELECT month, state FROM client_compliance_month WHERE company_id = %s ORDER BY 1
"""
LINES = """
    SELECT c.partner_id, l.kind, l.status, l.abc_class, l.user_id, l.result,
           l.overdue_days, l.is_tried > 0, l.due_date, l.last_contact_date,
           CASE WHEN l.is_out > 0 THEN 'out' WHEN l.is_in > 0 THEN 'in' ELSE '' END,
           l.is_closed
      FROM client_compliance l
      JOIN client_card c ON c.id = l.card_id
     WHERE l.company_id = %s AND l.month = %s
"""
# The client of a line follows a merge; the figures stand.
FIGURES = """
    SELECT count(*), md5(string_agg(ROW(l.id, l.kind, l.norm_days, l.status,
               l.abc_class, l.user_id, l.team_id, l.result, l.is_kept, l.is_late,
               l.is_not_made, l.is_tried, l.tries, l.due_date, l.late_date,
               l.last_contact_date, l.overdue_days, l.is_out, l.is_in, l.is_closed,
               l.taken_on, l.grace_until)::text, ',' ORDER BY l.id))
      FROM client_compliance l WHERE l.company_id = %s AND l.month = %s
"""
USER_FIGURES = """
    SELECT count(*), md5(string_agg(u::text, ',' ORDER BY u.id))
      FROM client_compliance_user u WHERE u.company_id = %s AND u.month = %s
"""
# What was taken over and is still with who took it.
TAKEN = """
    SELECT norm_days, grace_until, overdue_days
      FROM client_compliance
     WHERE company_id = %s AND month = %s AND taken_on = %s AND NOT is_closed
"""
# What a second night on the same day must leave as it is.
STANDING = {
    "client_card",
    "client_obligation",
    "client_obligation_past",
    "client_compliance",
    "client_compliance_user",
    "client_touchpoint",
    "client_transition",
    "client_contact_wave",
    "mail_activity",
    "mail_message",
    "mail_mail",
}


class Watch:
    """Looks at the database, and keeps what was wrong: {what: [where]}."""

    def __init__(self, world):
        self.world, self.rows = world, world.base.rows
        self.names = {user: name for name, user in world.users.items()}
        self.alarms = defaultdict(list)
        self.most, self.planned = Counter(), Counter()
        self.planned_for, self.moves = Counter(), Counter()
        self.closed, self.found, self.taken = {}, {}, {}
        self.kept_tasks = {}
        self.columns = {
            table: names
            for table, names in columns(self.rows).items()
            if table in STANDING
        }

    def alarm(self, what, *where):
        self.alarms[what].append((str(self.world.day), *where))

    # -------------------------------------------------------------------------- nights

    def night(self, twice=False):
        """The nightly run; done twice it changes nothing the second time."""
        self.run_night()
        if twice:
            before = fingerprints(self.rows, known=self.columns)
            self.run_night()
            after = fingerprints(self.rows, known=self.columns)
            for table in before:
                if before[table] != after[table]:
                    self.alarm("second night", table, before[table], after[table])
        self.tasks("after the night")

    def run_night(self):
        with self.world.base.session() as env:
            env["client.card"]._cron_derive()
        assert not self.rows("SELECT 1 FROM client_derive_run WHERE state <> 'done'")

    # ------------------------------------------------------------------------ planning

    def plan(self):
        """The morning's planning: nobody gets mail, nobody more than he may have."""
        mails, before = self.rows(MAILS), Counter(self.users_of(self.open_tasks()))
        with self.world.base.session() as env:
            env["client.card"]._cron_plan_tasks()
        if self.rows(MAILS) != mails:
            self.alarm("mail by planning", mails, self.rows(MAILS))
        for name, count in self.users_of(self.tasks("after planning")).items():
            new = count - before[name]
            self.planned[name] += new
            if new > max(LIMIT - before[name], 0):
                self.alarm("too many new tasks", name, before[name], count)

    def open_tasks(self):
        return self.rows(OPEN_TASKS, list(self.names))

    def users_of(self, tasks):
        return Counter(self.names[task[1]] for task in tasks)

    def tasks(self, when):
        """The open tasks of the nine, of which none may be too many or twice."""
        tasks = self.open_tasks()
        for name, count in self.users_of(tasks).items():
            self.most[name] = max(self.most[name], count)
            if count > LIMIT:
                self.alarm("above the limit", when, name, count)
        for norm, count in Counter(task[2] for task in tasks).items():
            if count > 1:
                self.alarm("planned twice", when, norm, count)
        for _id, user, _norm, kind, client, _due in tasks:
            if client is None:
                self.alarm("task of nothing", when, self.names[user])
                continue
            for arranged, day in self.world.judge.clients[client].arranged:
                if day >= self.world.day and arranged in SATISFY[kind]:
                    self.alarm("arranged and planned", when, client, kind, str(day))
        self.count_moves(tasks)
        return tasks

    def count_moves(self, tasks):
        """How often tasks go from one to the other, and how often a contact that is
        due is planned."""
        now = {task[0]: task[1] for task in tasks}
        facts = {task[0]: (task[2], str(task[5])) for task in tasks}
        for task, user in now.items():
            if self.kept_tasks.get(task, user) != user:
                self.moves[task] += 1
            if task not in self.kept_tasks:
                self.planned_for[facts[task]] += 1
        self.kept_tasks = now

    # -------------------------------------------------------------------------- months

    def lines(self, month):
        """The report's lines of a month, in the judge's words."""
        return [
            (client, kind, status, abc, self.names.get(user), *rest)
            for client, kind, status, abc, user, *rest in self.rows(
                LINES, self.world.company_id, month
            )
        ]

    def closed_months(self):
        """What a month said when it was closed, it says on every later day."""
        company = self.world.company_id
        for month, state in self.rows(CLOSED, company):
            if state != "closed":
                continue
            now = [
                self.rows(query, company, month) for query in (FIGURES, USER_FIGURES)
            ]
            if month not in self.closed:
                self.closed[month] = now
                self.found[month] = self.world.day, self.lines(month)
                self.taken[month] = self.rows(TAKEN, company, month, HANDED_ON)
            elif self.closed[month] != now:
                self.alarm("a closed month changed", str(month))
                self.closed[month] = now

    def preview(self):
        """The open month as the head sees it this evening."""
        with self.world.session() as env:
            months = env["client.compliance.month"]
            if not hasattr(months, "_refresh"):
                return None
            months._refresh(env["res.company"].browse(self.world.company_id))
        return self.lines(self.world.day.replace(day=1))

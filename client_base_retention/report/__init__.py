from . import client_contact_plan_report

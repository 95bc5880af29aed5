from . import client_compliance_print
from . import client_compliance_report
from . import client_confirmation_report
from . import client_contact_plan_report
from . import client_meeting_sheet

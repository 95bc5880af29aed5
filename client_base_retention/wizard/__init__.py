from . import base_import_import
from . import base_partner_merge
from . import client_owner_proposal
from . import client_log_contact
from . import client_hand_over
from . import client_hand_over_shown
from . import client_hand_over_apply
from . import client_hand_over_left

"""Who may open which address of the site, checked by test_table.py.

A new address of ours gets a line in ADDRESSES with the groups that may open it. The groups are
those of docs/rights.md; a superuser may open whatever any group may, and a user without a group is
sent to the login. A pair of sets is for GET and for POST. Of Wagtail's own namespaces, ADDRESSES
holds only the exceptions.
"""

# Anybody, logged in or not.
PUBLIC = "public"
# Every logged-in user, even without a group: their own account.
ACCOUNT = "account"

TEXTS = frozenset({"Teksten", "Eigenaar"})
COURSES = frozenset({"Cursussen", "Eigenaar"})
OFFICE = frozenset({"Bureau", "Eigenaar"})
MONEY = frozenset({"Geld", "Eigenaar"})
OWNER = frozenset({"Eigenaar"})
SUPERUSER = frozenset()
PAGES = TEXTS | COURSES
PEOPLE = OFFICE | MONEY  # who signed up; their answers are for the office only
FILES = PAGES | OFFICE
ROSTERS = COURSES | PEOPLE  # how full a date is, not who comes
STAFF = TEXTS | COURSES | PEOPLE
NOBODY = None  # turned off, even for a superuser

# --- Wagtail's own, by namespace -----------------------------------------------------------

NAMESPACES = {
    "wagtailadmin_api:pages": STAFF,
    "wagtailadmin_api:documents": STAFF,
    "wagtailadmin_api:images": STAFF,
    "wagtailadmin_pages": TEXTS,  # for a text page; for other pages see below
    "wagtailadmin_collections": OWNER,
    "wagtailadmin_workflows": OWNER,
    "wagtailadmin_reports": PAGES,
    "wagtailadmin_editing_sessions": STAFF,
    "wagtail_localize": TEXTS,
    "wagtailsettings": OWNER,
    "wagtailforms": NOBODY,  # this site does not use Wagtail's form pages
    "wagtailredirects": OWNER,
    "wagtailembeds": STAFF,
    "wagtailsnippets": NOBODY,  # all snippets are in the menu instead
    "wagtaildocs": FILES,
    "wagtailimages": TEXTS,
    "wagtailsnippets_core_sitetexts": TEXTS,
    "wagtailsnippetchoosers_core_sitetexts": STAFF,
    "wagtailsnippets_faq_faqquestion": TEXTS,
    "wagtailsnippetchoosers_faq_faqquestion": STAFF,
    "wagtailsnippets_faq_faqtopic": TEXTS,
    "wagtailsnippetchoosers_faq_faqtopic": STAFF,
    "wagtailsnippets_home_testimonial": TEXTS,
    "wagtailsnippetchoosers_home_testimonial": STAFF,
    "wagtaillocales": OWNER,
    "wagtailsites": OWNER,
    "wagtailusers_users": OWNER,
    "wagtailusers_groups": OWNER,
    "wagtaildocs_chooser": STAFF,
    "wagtailimages_chooser": STAFF,
}

ADDRESSES = {
    # --- Public ------------------------------------------------------------------------------
    "robots.txt": PUBLIC,
    "sitemap.xml": PUBLIC,
    "favicon": PUBLIC,
    "touch_icon": PUBLIC,
    "manifest": PUBLIC,
    "media/images/<path:path>": PUBLIC,
    "wagtaildocs_serve": PUBLIC,
    "wagtaildocs_authenticate_with_password": PUBLIC,
    "wagtailcore_authenticate_with_password": PUBLIC,
    "wagtailcore_login": PUBLIC,
    "wagtail_serve": PUBLIC,
    "calendar": PUBLIC,
    "share_picture": PUBLIC,
    "date_feed": PUBLIC,
    "llms": PUBLIC,
    "certificates": PUBLIC,
    "certificate": PUBLIC,
    "search": PUBLIC,
    "search_suggestions": PUBLIC,
    "mail:tracking": PUBLIC,  # signed by the provider
    "payment_webhook": PUBLIC,  # behind a secret
    "pretend_bank": PUBLIC,
    # Behind a token, which opens only that sign-up: see tests/courses/reading/test_links.py.
    "sign_up_lost": PUBLIC,
    "sign_up_answers": PUBLIC,
    "date_alerts": PUBLIC,
    "date_alert": PUBLIC,
    "sign_up_status": PUBLIC,
    "sign_up_calendar": PUBLIC,
    "sign_up_pay": PUBLIC,
    "sign_up_returned": PUBLIC,
    "sign_up_more_time": PUBLIC,
    "sign_up_revive": PUBLIC,
    "sign_up_contact": PUBLIC,
    "sign_up_substitute": PUBLIC,
    "sign_up_new_link": PUBLIC,
    "sign_up_cancel": PUBLIC,
    "sign_up_withdraw": PUBLIC,
    "sign_up_wishes": PUBLIC,
    "sign_up_swap": PUBLIC,
    "sign_up_move": PUBLIC,
    "sign_up_money_back": PUBLIC,
    "sign_up_employer": PUBLIC,
    "sign_up_pay_link": PUBLIC,
    "sign_up_certificate": PUBLIC,
    "sign_up_invoice": PUBLIC,
    "buyer_pay": PUBLIC,
    "buyer_bank": PUBLIC,
    "buyer_returned": PUBLIC,
    "buyer_invoice": PUBLIC,
    # --- Logging in: allauth decides, see tests/core/test_accounts.py -------------------------
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,  # it answers that signing up is closed
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_reauthenticate": ACCOUNT,
    "account_email": ACCOUNT,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "mfa_index": ACCOUNT,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": ACCOUNT,
    "mfa_activate_totp": ACCOUNT,
    "mfa_deactivate_totp": ACCOUNT,
    "mfa_view_recovery_codes": ACCOUNT,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_download_recovery_codes": ACCOUNT,
    "mfa_list_webauthn": ACCOUNT,
    "mfa_add_webauthn": ACCOUNT,
    "mfa_reauthenticate_webauthn": ACCOUNT,
    "mfa_remove_webauthn": ACCOUNT,
    "mfa_edit_webauthn": ACCOUNT,
    "mfa_login_webauthn": PUBLIC,
    "admin/login/": PUBLIC,
    "^admin/password_reset/": PUBLIC,
    "wagtailadmin_login": PUBLIC,
    "wagtailadmin_password_reset": PUBLIC,  # never reached: the two above come first
    "wagtailadmin_password_reset_done": PUBLIC,
    "wagtailadmin_password_reset_confirm": PUBLIC,
    "wagtailadmin_password_reset_complete": PUBLIC,
    "wagtailadmin_javascript_catalog": PUBLIC,
    "wagtailadmin_sprite": PUBLIC,
    # --- The CMS, Wagtail's own without a namespace ---------------------------------------------
    "wagtailadmin_home": STAFF,
    "admin/test404/": STAFF,
    "admin/^.*/$": STAFF,
    "wagtailadmin_error_test": STAFF,
    "wagtailadmin_explore_root": PAGES,
    "wagtailadmin_explore": PAGES,
    "wagtailadmin_explore_results": PAGES,
    "wagtail_bulk_action": TEXTS,
    "wagtailadmin_choose_page": STAFF,
    "wagtailadmin_choose_page_child": STAFF,
    "wagtailadmin_choose_page_search": STAFF,
    "wagtailadmin_choose_page_chosen_multiple": STAFF,
    "wagtailadmin_choose_page_external_link": STAFF,
    "wagtailadmin_choose_page_email_link": STAFF,
    "wagtailadmin_choose_page_phone_link": STAFF,
    "wagtailadmin_choose_page_anchor_link": STAFF,
    "wagtailadmin_tag_autocomplete": STAFF,
    "wagtailadmin_tag_model_autocomplete": STAFF,
    "wagtailadmin_workflows:task_chooser": STAFF,
    "wagtailadmin_workflows:task_chooser_results": STAFF,
    "wagtailadmin_workflows:task_chooser_create": STAFF,  # shows the form only to the owner
    "wagtailadmin_workflows:task_chosen": STAFF,
    "wagtailadmin_reports:locked_pages": OWNER,
    "wagtailadmin_reports:locked_pages_results": OWNER,
    "wagtailadmin_reports:site_history": STAFF,  # only lines about what the user may see
    "wagtailadmin_reports:site_history_results": STAFF,
    "wagtail_localize:javascript_catalog": STAFF,
    "wagtail_localize:translations_report": STAFF,
    "wagtail_localize:translations_report_results": STAFF,
    "wagtail_localize:snippets_api_listing": STAFF,
    "wagtail_localize:snippets_api_detail": STAFF,
    "wagtailforms:index": PAGES,
    "wagtailforms:index_results": PAGES,
    "wagtailsnippets_core_sitetexts:delete": NOBODY,
    "wagtailsnippetchoosers_core_sitetexts:create": TEXTS,
    "wagtailsnippetchoosers_faq_faqquestion:create": TEXTS,
    "wagtailsnippetchoosers_faq_faqtopic:create": TEXTS,
    "wagtailsnippetchoosers_home_testimonial:create": TEXTS,
    "wagtaildocs_chooser:chosen": FILES,
    "wagtaildocs_chooser:create": FILES,
    "wagtailimages_chooser:chosen": FILES,
    "wagtailimages_chooser:create": TEXTS,
    "wagtailadmin_pages:type_use": PAGES,  # only pages that the user may see, like the search
    "wagtailadmin_pages:type_use_results": PAGES,
    "wagtailadmin_pages:search": PAGES,
    "wagtailadmin_pages:search_results": PAGES,
    "wagtailadmin_pages:choose_parent": STAFF,  # offers only parents that the user may add to
    "wagtailadmin_pages:revisions_index": STAFF,  # redirects to the history, which refuses
    "wagtailadmin_pages:workflow_action": SUPERUSER,  # and those who are asked to read the text
    "wagtailadmin_pages:collect_workflow_action_data": SUPERUSER,
    "wagtailadmin_pages:workflow_preview": SUPERUSER,
    **{
        f"wagtailsnippets_{model}:{view}": SUPERUSER
        for model in ("faq_faqquestion", "home_testimonial")
        for view in ("workflow_action", "collect_workflow_action_data", "workflow_preview")
    },
    # Nobody was asked to read this text: it redirects to the form, which refuses.
    "wagtailsnippets_core_sitetexts:workflow_action": STAFF,
    "wagtailsnippets_core_sitetexts:collect_workflow_action_data": STAFF,
    "wagtailsnippets_core_sitetexts:workflow_preview": SUPERUSER,
    **{  # names the task that would end, nothing of the text
        f"wagtailsnippets_{model}:confirm_workflow_cancellation": STAFF
        for model in ("core_sitetexts", "faq_faqquestion", "home_testimonial")
    },
    "wagtailadmin_pages:confirm_workflow_cancellation": STAFF,  # it names no page
    "wagtailadmin_account": STAFF,
    "wagtailadmin_logout": STAFF,
    "wagtailadmin_dismissibles": STAFF,
    "wagtailadmin_block_preview": STAFF,
    # --- The office -------------------------------------------------------------------------------
    "sign_ups:index": PEOPLE,
    "sign_ups:index_results": PEOPLE,
    "sign_ups:inspect": PEOPLE,
    "sign_ups:columns": PEOPLE,
    "sign_ups:bulk_record-payment": PEOPLE,
    "sign_ups:bulk_cancel": OFFICE,
    "sign_ups:bulk_accept": OFFICE,
    "sign_ups:bulk_certificates": OFFICE,
    "sign_ups:bulk_export": PEOPLE,
    "sign_ups:file": OFFICE,
    "sign_ups:certificate": PEOPLE,
    "sign_ups:accept": OFFICE,
    "sign_ups:decline": OFFICE,
    "sign_ups:record_payment": PEOPLE,
    "sign_ups:record_rest": PEOPLE,
    "sign_ups:take_back_payment": PEOPLE,
    "sign_ups:credit_rest": MONEY,
    "sign_ups:pay_rest": MONEY,
    "sign_ups:correct": OFFICE,
    "sign_ups:answers": OFFICE,
    "sign_ups:substitute": OFFICE,
    "sign_ups:move": OFFICE,
    "sign_ups:move_to": OFFICE,
    "sign_ups:send_link": OFFICE,
    "sign_ups:send_mail_again": OFFICE,
    "sign_ups:note": OFFICE,
    "sign_ups:allow_buyer": OFFICE,
    "sign_ups:cancel": OFFICE,
    "sign_ups:revoke_certificate": OFFICE,
    "rosters:index": ROSTERS,
    "rosters:index_results": ROSTERS,
    "rosters:edit": (ROSTERS, OFFICE),
    "rosters:add_person": OFFICE,
    "rosters:tell": OFFICE,
    "rosters:presence": OFFICE,
    "rosters:certificates": OFFICE,
    "rosters:history": OFFICE,
    "rosters:history_results": OFFICE,
    "rosters:messages": OFFICE,
    "rosters:message": OFFICE,
    "rosters:message_edit": OFFICE,
    "rosters:message_discard": OFFICE,
    "rosters:message_preview": OFFICE,
    "rosters:message_test": OFFICE,
    "rosters:message_send": OFFICE,
    "rosters:message_sent": OFFICE,
    "rosters:attendance_list": PEOPLE,
    "rosters:badges": PEOPLE,
    "rosters:certificates_zip": PEOPLE,
    "rosters:register": OFFICE,
    "rosters:people": PEOPLE,
    "rosters:people_results": PEOPLE,
    "rosters:people_columns": PEOPLE,
    "rosters:bulk_mail": OFFICE,
    "rosters:bulk_record-payment": PEOPLE,
    "rosters:bulk_cancel": OFFICE,
    "rosters:bulk_move": OFFICE,
    "rosters:bulk_accept": OFFICE,
    "rosters:bulk_present": OFFICE,
    "rosters:bulk_certificates": OFFICE,
    "rosters:bulk_export": PEOPLE,
    "rosters:go_ahead": OFFICE,
    "rosters:call_off": OFFICE,
    "rosters:take_back": OFFICE,
    "revenue:index": PEOPLE,
    "revenue:index_results": PEOPLE,
    "privacy:find": OWNER,
    "privacy:person": OWNER,
    "privacy:archive": OWNER,
    "privacy:forget": OWNER,
    "retention:index": OWNER,
    "new_date": COURSES,
    "check_again:index": PAGES,
    "check_again:checked": TEXTS,  # for a text page
    "missed:index": TEXTS,
    "lost:index": OWNER,
    "broken_links:index": PAGES,
    "findings": STAFF,  # each sees what they can solve
    "broken_links:check": PAGES,
    "translations_behind": TEXTS,
    "bring_in_translation": TEXTS,
    "swaps:index": PEOPLE,
    "swaps:offer": OFFICE,
    "swaps:withdraw": OFFICE,
    "refunds:index": PEOPLE,
    "refunds:index_results": PEOPLE,
    "refunds:pay_back": MONEY,
    "refunds:transferred": MONEY,
    "refunds:keep": MONEY,
    "strays:index": PEOPLE,
    "strays:index_results": PEOPLE,
    "strays:solve": MONEY,
    "invoices:index": PEOPLE,
    "invoices:index_results": PEOPLE,
    "invoices:pdf": PEOPLE,
    "outbox:index": OFFICE,
    "outbox:index_results": OFFICE,
    "outbox:inspect": OFFICE,
    "outbox:send_again": OFFICE,
    "outbox:held_back": OFFICE,
    "outbox:held_back_all": OFFICE,
    "site_words:index": TEXTS,
    "site_words:edit": TEXTS,
    "mail_texts:index": OFFICE,
    "mail_texts:edit": OFFICE,
    "mail_texts:preview": OFFICE,
    "mail_texts:reset": OFFICE,
    "guide:index": STAFF,
    "guide:chapter": STAFF,
    "guide:picture": STAFF,
}

# With the arguments that a test can fill in, these exist for nobody.
NOTHING_THERE = {"admin/^.*/$", "swaps:withdraw", "outbox:held_back"}
# The chapters of the guide are files, which may be missing.
PERHAPS_NOT_WRITTEN = {"guide:chapter", "guide:picture"}

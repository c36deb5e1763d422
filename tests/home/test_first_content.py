"""Every fact that the institute provided is on the loaded, rendered site."""

import html
import re
import tomllib

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from wagtail.models import Locale

from courses.reading import events
from home.first_content import files
from home.first_content.loading import load_source
from tests import caches

# The tests only compare text, but without the mark pytest-django creates no test database.
pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

THERAPY = "/runningtherapie/"
BECOMING = "/runningtherapeut-worden/"
COURSE = "/cursus/runningtherapie/"
SIGN_UP = "/cursus/runningtherapie/inschrijven/"
ALUMNI = "/cursus/runningtherapie/inschrijven-terugkomdag/"
ARCHIVE = "/cursus/archief/"
FAQ = "/veelgestelde-vragen/"
ACCREDITATIONS = "/accreditaties/"
BRAM = "/mensen/bram-bakker/"
SIMON = "/mensen/simon-van-woerkom/"
DALFSEN_2019 = "/cursus/runningtherapie/rt21032019/"
BLOEMENDAAL_2019 = "/cursus/runningtherapie/rt16052019/"
VLIELAND_2019 = "/cursus/runningtherapie/rt12092019/"
REGISTER = "https://www.runningtherapie-nederland.nl/"


class Rendered:
    """One page as it was served: its status, its HTML, and the text and links of its main part."""

    def __init__(self, response):
        self.status = response.status_code
        self.html = response.content.decode()
        self.main = re.search(r"<main\b.*?</main>", self.html, re.DOTALL)[0]
        self.words = words(self.main)
        self.ids = set(re.findall(r'\bid="([^"]+)"', self.html))
        self.links = [html.unescape(link) for link in re.findall(r'\bhref="([^"]+)"', self.main)]


def words(markup):
    """The text that a reader sees: no tags, plain spaces, no soft hyphens."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\xad", "")
    return re.sub(r"\s+([.,;:?!)’])", r"\1", " ".join(text.split()))


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """{address: Rendered} of the loaded site. Loaded and rendered once, then rolled back."""
    caches.empty()
    with django_db_blocker.unblock(), translation.override("nl"), transaction.atomic():
        load_source()
        coming = events.coming(locale=Locale.get_default())
        addresses = [file.path for file in files.page_files("nl")]
        addresses += [ARCHIVE, DALFSEN_2019, BLOEMENDAAL_2019, VLIELAND_2019]
        addresses += [coming[0].url, coming[0].sign_up_url, coming[0].alumni_sign_up_url]
        rendered = {path: Rendered(Client().get(path)) for path in addresses}
        rendered |= {
            "coming": rendered[coming[0].url],
            "form": rendered[coming[0].sign_up_url],
            "alumni form": rendered[coming[0].alumni_sign_up_url],
        }
        site = type("Site", (dict,), {"event": coming[0], "events": coming})(rendered)
        for event in coming:
            assert event.availability  # evaluated now: the rows are rolled back below
        transaction.set_rollback(True)
    caches.empty()
    return site


# Numbered and ordered like the list of features of the institute's own site.
FACTS = [
    # 1. The explanation in sections
    ("explanation", THERAPY, ["Wat is runningtherapie?", "Een rustige duurloop"]),
    ("explanation", THERAPY, ["Verklaringsmechanismen", "Voor wie is runningtherapie?"]),
    ("supplement", THERAPY, ["aanvullende behandelvorm voor mensen met psychische klachten"]),
    ("goal", THERAPY, ["liefst drie tot vier keer per week, en dan 30 tot 60 minuten"]),
    ("name", THERAPY, ["wedstrijden en rondetijden", "wandeltempo", "geen standaardtaak"]),
    ("limits", THERAPY, ["geeft looptraining", "Schoenmaker, blijf bij je leest"]),
    (
        "effects",
        THERAPY,
        ["neurobiologische", "psychologische", "niet met volledige zekerheid"],
    ),
    ("stress", THERAPY, ["stress de grootste gemene deler is achter psychische klachten"]),
    ("instruments", THERAPY, ["meetinstrumenten en vragenlijsten"]),
    ("beside other care", THERAPY, ["complementaire behandelvorm", "medicijnen", "psychosociale"]),
    ("doctor", THERAPY, ["De indicatie komt meestal van de huisarts"]),
    (
        "stepped care",
        THERAPY,
        ["stepped care", "minst ingrijpende", "bijwerkingen"],
    ),
    (
        "self-reliance",
        THERAPY,
        ["In veel gevallen helpt runningtherapie", "zelfredzamer"],
    ),
    # 2. Two lists of indications
    ("indications", THERAPY, ["Aandoeningen", "Klachten", "kan runningtherapie een gunstige"]),
    ("mood", THERAPY, ["Stemmingsstoornissen, met name lichte tot milde depressie en dysthymie"]),
    ("conditions", THERAPY, ["Angststoornissen", "Somatoforme stoornissen"]),
    ("conditions", THERAPY, ["Schizofrenie en andere psychotische stoornissen"]),
    ("conditions", THERAPY, ["Persoonlijkheidsstoornissen"]),
    ("complaints", THERAPY, ["Aspecifieke lichamelijke klachten", "Stress", "Vermoeidheid"]),
    ("complaints", THERAPY, ["Somatisch onverklaarbare lichamelijke klachten (SOLK)"]),
    ("complaints", THERAPY, ["Slaapproblemen", "Agressie en impulsiviteit", "Middelenmisbruik"]),
    ("complaints", THERAPY, ["Hyperactiviteit", "Seksuele problemen"]),
    # 3. Three routes, each with its rule of referral
    ("balance", THERAPY, ["wie (nog) geen klachten heeft", "arbeid (inspanning, sport en werk)"]),
    ("curation", THERAPY, ["Curatie", "daarnaast ook fysiotherapeut of psycholoog"]),
    ("curation", THERAPY, ["Een verwijzing van een arts, huisarts of psycholoog is meestal niet"]),
    (
        "re-integration",
        THERAPY,
        ["Re-integratie", "arbeidsongeschikt", "in het werk"],
    ),
    ("re-integration", THERAPY, ["Uw bedrijfsarts of werkgever dient hiervoor een verzoek in"]),
    ("re-integration", THERAPY, ["een programma op maat"]),
    ("prevention", THERAPY, ["Preventie", "werkt helaas vaak reactief", "vóórdat er klachten"]),
    # What a person who looks for help reads first; not in the source
    ("help", THERAPY, ["Zoekt u hulp voor uzelf?", "uw huisarts", "landelijke overzicht"]),
    ("help", THERAPY, ["Bel 113 of gratis 0800-0113", "www.113.nl"]),
    ("help", "/contact/", ["Zoekt u hulp voor uzelf?", "uw huisarts", "landelijke overzicht"]),
    ("help", "/contact/", ["Bel 113 of gratis 0800-0113", "www.113.nl"]),
    # 5. The video
    ("video", THERAPY, ["Video over runningtherapie"]),
    # 6. The way for patients
    ("finder", "/", ["zelf runningtherapie volgen?", "een runningtherapeut bij u in de buurt"]),
    # 7. Registration
    ("registration", BECOMING, ["Stichting Running Therapie Nederland (SRTN)"]),
    (
        "registration",
        BECOMING,
        ["competentieprofiel runningtherapeut", "samenwerking met de SRTN"],
    ),
    ("registration", BECOMING, ["Geregistreerd runningtherapeut", "basiscursus", "sinds 2014"]),
    ("quality", BECOMING, ["kwaliteit van runningtherapie gewaarborgd"]),
    ("listing", BECOMING, ["www.runningtherapie-nederland.nl", "verschillende manieren"]),
    ("title", BECOMING, ["geen beschermde beroepstitel"]),
    # 8. The founders
    ("founders", "/mensen/", ["Bram Bakker", "Simon van Woerkom", "initiatief"]),
    ("Bram", BRAM, ["geneeskunde aan de Vrije Universiteit", "1991", "artsexamen"]),
    ("Bram", BRAM, ["paniekstoornis", "met pillen of met praten", "In 2000 promoveerde hij"]),
    ("Bram", BRAM, ["SolutionS", "psychiater en medisch directeur", "ggz"]),
    ("Bram", BRAM, ["In 2012", "Vitaalpunt", "bewegen standaard bij de behandeling"]),
    ("Bram", BRAM, ["Mind & Health", "psychisch én lichamelijk"]),
    ("Simon", SIMON, ["Fysiotherapeut en runningtherapeut", "1993"]),
    ("Simon", SIMON, ["Ruim zeven jaar", "Ministerie van Defensie"]),
    ("Simon", SIMON, ["Papendal", "Pim Mulier", "hardlopen, fitness, zwemmen en fietsen"]),
    ("Simon", SIMON, ["eind 1999", "Fysiotherapie & Sport Van Woerkom", "De Kroonsteen", "Malden"]),
    ("Simon", SIMON, ["multidisciplinaire", "al meer dan tien jaar", "ruim twintig marathons"]),
    ("book", BRAM, ["Runningtherapie – het standaardwerk voor lopers en professionals"]),
    ("book", SIMON, ["Runningtherapie – het standaardwerk voor lopers en professionals"]),
    # 9. The teaching team by role
    ("psychiatrist", COURSE, ["Psychiater", "binnen de behandeling van psychische klachten en st"]),
    ("psychiatrist", COURSE, ["Welke mechanismen kunnen de werking verklaren?"]),
    ("psychologist", COURSE, ["Sportpsycholoog", "modellen uit de sportpsychologie"]),
    ("physiotherapist", COURSE, ["(Sport)fysiotherapeut en runningtherapeut", "(SOLK)"]),
    ("physiotherapist", COURSE, ["Hoe intensief, hoe vaak en hoe lang", "overbelasting"]),
    ("physiotherapist", COURSE, ["letterlijk in beweging", "lichamelijk ongemak"]),
    ("breathing", COURSE, ["Ademhalingsexpert", "stress verminderen", "motiveert u patiënten"]),
    ("breathing", COURSE, ["suikers (koolhydraten) of van vetten", "blijmoediger brein"]),
    ("team", COURSE, ["deskundig team", "(para)medische professionals"]),
    # 10. Admission
    ("admission", BECOMING, ["Wie kan runningtherapeut worden?", "een hbo-opleiding"]),
    (
        "admission",
        BECOMING,
        ["Eigen Verworven Competenties", "overleg met de cursusleiding"],
    ),
    ("admission", COURSE, ["afgeronde hbo-opleiding", "EVC’s", "overleg met de cursusleiding"]),
    # 11. Questions: see below. 12. Accreditations
    ("registers", ACCREDITATIONS, ["Centraal Kwaliteitsregister (CKR) Fysiotherapie"]),
    ("registers", ACCREDITATIONS, ["deelregister Algemeen fysiotherapeut"]),
    ("registers", ACCREDITATIONS, ["deelregister Psychosomatisch fysiotherapeut"]),
    ("registers", ACCREDITATIONS, ["deelregister Sportfysiotherapeut", "bij- en nascholing"]),
    # 13. Testimonials: see below. 15 to 18. Dates
    ("code", DALFSEN_2019, ["Driedaagse cursus runningtherapie Dalfsen", "RT21032019"]),
    ("code", BLOEMENDAAL_2019, ["Driedaagse cursus runningtherapie Bloemendaal", "RT16052019"]),
    ("code", VLIELAND_2019, ["Driedaagse cursus runningtherapie Vlieland", "RT12092019"]),
    ("days", DALFSEN_2019, ["21 en 22 maart", "5 juni 2019"]),
    ("days", BLOEMENDAAL_2019, ["16 en 17 mei", "4 september 2019"]),
    ("days", VLIELAND_2019, ["12 en 13 september", "11 december 2019"]),
    ("third day", VLIELAND_2019, ["op Vlieland", "plaats van de terugkomdag nog niet vast"]),
    # 20, 22, 24. What each date says
    ("audience", COURSE, ["Professionals in de gezondheidszorg en de sportsector"]),
    ("audience", "coming", ["Professionals in de gezondheidszorg en de sportsector"]),
    ("price", COURSE, ["€ 1.195,-"]),
    ("price", "coming", ["€ 1.195,-"]),
    ("books", COURSE, ["De verademing", "Bewegen voor beginners", "koffie, thee en lunch"]),
    ("bounds", COURSE, ["minimaal 12 en maximaal 24 deelnemers"]),
    # 25 to 29. The course, its assessment and the return day
    ("claim", COURSE, ["Na afloop bent u runningtherapeut"]),
    ("test", COURSE, ["theorietoets", "bespreken hem met de hele groep"]),
    ("test", COURSE, ["Wat uw uitslag ook is: die bepaalt niet of u zich runningtherapeut mag"]),
    ("cohort", COURSE, ["Meestal drie tot vier maanden later", "met dezelfde groep"]),
    ("assignment", COURSE, ["praktijkopdracht", "organisatorische, praktische"]),
    ("practice", COURSE, ["dagelijkse praktijk", "wat u van elkaar kunt leren"]),
    ("case", COURSE, ["een patiënt of cliënt van uzelf voordragen", "nodigen wij diegene dan uit"]),
    ("case", COURSE, ["Stuur ons via deze site nooit gegevens over een patiënt of cliënt"]),
    ("evaluation", COURSE, ["evaluatieformulieren", "tien jaar", "Daarom kwam er in 2014"]),
    ("wheel", COURSE, ["Alles wat daarbij komt kijken, komt aan bod", "zelfstandig"]),
    # 30 to 34. Alumni
    ("alumni", COURSE, ["in de jaren 2003 tot en met 2013", "een van de terugkomdagen"]),
    ("certificate", COURSE, ["deelnamecertificaat", "dezelfde opdracht ter voorbereiding"]),
    ("alumni form", COURSE, ["inschrijfformulier voor oud-cursisten"]),
    (
        "alumni form",
        "alumni form",
        ["deelnamecertificaat", "verklaar dat ik de cursus heb"],
    ),
    ("history", COURSE, ["Vanaf 2003 duurde de cursus twee dagen", "2014"]),
    # 35. Sign-up on the site itself
    ("online", "/cursus/", ["Inschrijven doet u hier, op deze site"]),
    # 41. Overleg
    ("contact", "/contact/", ["cursusleiding", "Stuur een bericht"]),
]


@pytest.mark.parametrize(("about", "path", "expected"), FACTS)
def test_the_fact_is_on_its_page(site, about, path, expected):
    missing = [text for text in expected if text.casefold() not in site[path].words.casefold()]

    assert missing == [], about


def test_every_page_answers(site):
    assert {path: page.status for path, page in site.items() if page.status != 200} == {}


# 11, and 36 to 40: the questions
@pytest.mark.parametrize(
    ("anchor", "begins", "expected"),
    [
        ("zonder-cursus-aanbieden", "Ja.", ["vrij om runningtherapie aan te bieden"]),
        ("titel-zonder-cursus", "Ja.", ["kan en mag zich runningtherapeut noemen", "(SRTN)"]),
        ("zonder-hbo", "Nee,", ["een uitzondering is mogelijk", "(EVC’s)", "cursusleiding"]),
        ("vergoeding", "Nee.", ["Slechts enkele verzekeraars", "aanvullende verzekering"]),
        ("hbo-in-de-zorg", "Nee.", ["enige eis", "afbakenen", "verschillende vooropleidingen"]),
        ("reservelijst", "Nee,", ["liever eerder of op een andere plaats", "bij uw inschrijving"]),
        ("verschil-met-looptrainer", "Ja.", ["andere doelgroep", "samenwerken en afstemmen"]),
        ("anders-betalen", "Nee.", ["uitzonderlijke situaties", "overleg met de cursusleiding"]),
        ("cursus-geaccrediteerd", "Ja.", ["Accreditaties"]),
        ("deelregisters-fysiotherapie", "Ja,", ["Algemeen", "Psychosomatisch", "Sportfysio"]),
        ("geen-bevestiging", "Nee.", ["meteen per e-mail", "e-mailadres", "spambox"]),
    ],
)
def test_the_question_is_answered_on_the_faq_page(site, anchor, begins, expected):
    questions = files.read_file("nl", "questions")["questions"]
    row = next(row for row in questions if row["anchor"] == anchor)
    answer = words(row["answer"])

    assert anchor in site[FAQ].ids
    assert row["question"] in site[FAQ].words
    assert answer in site[FAQ].words
    assert answer.startswith(begins)
    assert [text for text in expected if text not in answer] == []


def test_there_are_eleven_questions_in_seven_topics(site):
    content = files.read_file("nl", "questions")

    assert len(content["questions"]) == 11
    assert [topic["slug"] for topic in content["topics"]] == [
        "titel",
        "toelating",
        "verzekering",
        "betaling",
        "accreditatie",
        "volle-cursus",
        "e-mail",
    ]
    assert all(topic["name"] in site[FAQ].words for topic in content["topics"])


# 1: long reading
def test_the_sections_have_anchors_and_a_contents_list(site):
    anchors = ["wat-is-runningtherapie", "rustige-duurloop", "verklaringsmechanismen", "doelgroep"]
    anchors += ["waarom-runningtherapie", "curatie", "re-integratie", "preventie"]

    assert [anchor for anchor in anchors if anchor not in site[THERAPY].ids] == []
    assert [a for a in anchors[:5] if f"#{a}" not in site[THERAPY].links] == []


# 4: the summary has one source
def test_the_summary_is_the_same_on_both_pages(site):
    file = next(file for file in files.page_files("nl") if file.path == THERAPY)
    summary = words(file.fields["summary"])

    assert summary in site["/"].words
    assert summary in site[THERAPY].words


# 5: nothing is loaded from the provider before a click
def test_the_video_is_offered_but_not_loaded(site):
    assert "D6avaeMIIAo" in site[THERAPY].main
    assert "<iframe" not in site[THERAPY].html


# 6 and 7: other sites
@pytest.mark.parametrize("path", ["/", BECOMING, COURSE, THERAPY, "/contact/"])
def test_pages_lead_to_the_register(site, path):
    assert REGISTER in site[path].links


def test_people_lead_to_their_practices(site):
    assert "https://www.mindandhealth.nl/" in site[BRAM].links
    assert "https://www.fysiotherapie-malden.nl/" in site[SIMON].links


# 13: the testimonials are quotations
TESTIMONIALS = [
    (
        "founder",
        "Aangenaam kennis te maken",
        "Wij hebben de opleiding Runningtherapie bedacht en ontwikkeld.",
        ["Bram Bakker en Simon van Woerkom"],
    ),
    ("founder", "Motiveren.....", "Samen lekker potje lopen?!", ["Simon van Woerkom"]),
    ("founder", "Gek?", "Wie niet beweegt is gek!", ["Bram Bakker"]),
    (
        "course_member",
        "Runningtherapie werkt!",
        "De cursus geeft mij als beginnend runningtherapeut handvatten om mijn praktijk voort te"
        " zetten. Inhoudelijk goede sprekers die weten wat ze willen en waar ze voor staan.",
        ["Bastiaan Winkelaar", "sociaal pedagogisch hulpverlener", "Kampen"],
    ),
    (
        "course_member",
        "Boeiende insteek",
        "Uitgaande van het in balans zijn dan wel herwinnen met bewegen als middel",
        ["Huub Busser", "fysiotherapeut, manueeltherapeut", "Velp"],
    ),
    (
        "course_member",
        "Leuk, dynamisch en inspirerend",
        "Ik heb de training van Bram en Simon als zeer waardevol ervaren, ik kan dit in de"
        " dagelijkse praktijk goed toepassen",
        ["Martin van Zeil", "sportpsycholoog"],
    ),
]


@pytest.mark.parametrize(("speaker", "heading", "quote", "by"), TESTIMONIALS)
def test_the_testimonial_is_word_for_word(site, speaker, heading, quote, by):
    rows = files.read_file("nl", "testimonials")["testimonials"]
    row = next(row for row in rows if row["quote"] == quote)

    assert (row["speaker"], row["heading"]) == (speaker, heading)
    assert [text for text in [heading, quote, *by] if text not in site["/"].words] == []


def test_there_are_six_testimonials_those_of_course_members_first(site):
    in_order = sorted(TESTIMONIALS, key=lambda row: row[0] == "founder")
    places = [site["/"].words.index(quote) for _speaker, _heading, quote, _by in in_order]

    assert len(files.read_file("nl", "testimonials")["testimonials"]) == 6
    assert places == sorted(places)


# 14: tagline and a formal “u”
def test_the_tagline_is_on_every_page(site):
    tagline = files.read_file("nl", "site")["texts"]["tagline"]

    assert [path for path, page in site.items() if tagline not in words(page.html)] == []


def test_the_reader_is_always_addressed_formally():
    informal = {}
    for path in (files.CONTENT / "nl").rglob("*.toml"):
        for text in texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            text = text.replace("Schoenmaker, blijf bij je leest", "")
            if re.search(r"\b(je|jij|jouw|jullie|jezelf)\b", text, re.IGNORECASE):
                informal[path.name] = text
    assert informal == {}


# 16 to 19 and 23: a coming date
def test_a_coming_date_says_when_where_and_whether_seats_are_free(site):
    first, last = site.event.parts
    page = site["coming"]

    assert site.event.code == f"RT{first.first_day:%d%m%Y}"
    for text in (site.event.code, first.days_in_words, last.days_in_words, first.place):
        assert text in page.words
    assert str(site.event.availability.label) in page.words
    assert re.search(r"\bvolgt\b", page.words)
    assert site.event.sign_up_url in page.links


def test_all_coming_dates_are_listed(site):
    assert [event.url for event in site.events if event.url not in site["/cursus/"].links] == []


# 32: a separate form for alumni
def test_the_two_forms_are_linked_from_the_course(site):
    assert ALUMNI in site[COURSE].links
    assert any(link.startswith(SIGN_UP) for link in site["coming"].links)


# 36 and 37: a full date
def test_the_course_list_explains_that_there_is_no_waiting_list(site):
    assert "Een reservelijst is er niet" in site["/cursus/"].words
    assert f"{FAQ}#reservelijst" in site["/cursus/"].links


# 42: the dates of 2019
def test_past_dates_are_in_the_archive(site):
    for address in (DALFSEN_2019, BLOEMENDAAL_2019, VLIELAND_2019):
        assert address in site[ARCHIVE].links
        assert address not in site["/cursus/"].links


@pytest.mark.parametrize(
    "private", ["1963", "1969", "Zwolle", "Leiden,", "dochter", "zoon", "zoons", "woont", "vrouw"]
)
def test_nothing_private_about_the_founders(site, private):
    word = re.compile(rf"\b{re.escape(private)}")

    assert [path for path, page in site.items() if word.search(page.words)] == []


def test_links_within_the_site_are_not_broken(site):
    links = {link for page in site.values() for link in page.links if link.startswith("/")}
    with_anchor = {link for link in links if "#" in link}
    broken = []
    for link in with_anchor:
        path, _hash, anchor = link.partition("#")
        if path in site and anchor not in site[path].ids:
            broken.append(link)
    known = set(site) | {event.url for event in site.events}
    pages = {link.partition("#")[0].partition("?")[0] for link in links}
    ours = {path for path in pages if path.startswith(("/cursus/", "/mensen/")) or path in known}

    assert broken == []
    assert ours - known - {link for link in ours if re.search(r"/rt\d{8}/", link)} == set()


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)

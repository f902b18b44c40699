"""The logs that Exchange Server writes itself: their directives, their rows, and what is wrong with a row."""

from compiler.content.model import Logsource
from compiler.meaning.events import read_events

HEAD = "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2176.002\r\n"
PROXY = HEAD + (
    "#Log-type: HttpProxy Logs\r\n#Date: 2021-03-03T04:00:00.000Z\r\n"
    "#Fields: DateTime,RequestId,UrlStem,AuthenticatedUser,AnchorMailbox,HttpStatus,UserAgent\r\n"
)
ECP = HEAD + "#Log-type: ECP Server Log\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
OAB = HEAD + "#Log-type: OAB Generator Log\r\n"


def test_row_is_an_event_in_the_names_of_the_log():
    """Values stand under the names of ``#Fields:``, numbers as numbers, and a field without a value is missing."""
    events, faults = read_events(
        (PROXY + "2021-03-03T04:12:09.101Z,8f,/ecp/y.js,,ServerInfo~a]@ex01:444/ecp/x,200,python\r\n").encode()
    )
    assert faults == []
    assert [event.fields for event in events] == [
        {
            "DateTime": "2021-03-03T04:12:09.101Z",
            "RequestId": "8f",
            "UrlStem": "/ecp/y.js",
            "AnchorMailbox": "ServerInfo~a]@ex01:444/ecp/x",
            "HttpStatus": 200,
            "UserAgent": "python",
        }
    ]
    assert events[0].logsources == (Logsource(None, "windows", "msexchange-httpproxy"),)
    assert (events[0].time, events[0].line) == (1614744729101000, 5)


def test_value_in_quotes_keeps_its_commas():
    """A value with commas is written in quotes, a quote within it twice."""
    row = '2021-03-03T06:49:53.772Z,EX01,ECP.Request,"S:CMD=Set-OabVirtualDirectory.ExternalUrl=""a,b"""\n'
    events, _ = read_events((ECP + row).encode())
    assert events[0].fields["EventData"] == 'S:CMD=Set-OabVirtualDirectory.ExternalUrl="a,b"'
    assert events[0].logsources == (Logsource(None, "windows", "msexchange-ecp"),)


def test_row_of_address_book_generation_is_one_text():
    """The columns of that log are not published, so the row is kept whole, with the time that it begins with."""
    row = "2021-03-02T23:10:04.512Z,EX01,Download failed and temporary file C:\\a.tmp needs to be removed."
    events, faults = read_events((OAB + row + "\n").encode())
    assert faults == []
    assert [(event.fields, event.time) for event in events] == [({"Message": row}, 1614726604512000)]
    assert events[0].logsources == (Logsource(None, "windows", "msexchange-oabgenerator"),)


def test_repeated_names_are_no_event():
    """The servers write the names a second time, as a row."""
    names = "DateTime,RequestId,UrlStem,AuthenticatedUser,AnchorMailbox,HttpStatus,UserAgent\n"
    assert read_events((PROXY + names).encode()) == ([], [])


def test_row_with_too_many_values_is_a_fault():
    """A row that does not fit its names is told with its line, and the next one goes on."""
    good = "2021-03-03T04:12:09.101Z,8f,/ecp/y.js,,,200,python\n"
    events, faults = read_events((PROXY + "1,2,3,4,5,6,7,8\n" + good).encode())
    assert [event.line for event in events] == [6]
    assert [(fault.line, fault.message) for fault in faults] == [(5, "8 values for the 7 fields that #Fields: names")]


def test_row_without_names_is_a_fault():
    """A log that begins in the middle says nothing of what its values are."""
    events, faults = read_events((HEAD + "#Log-type: HttpProxy Logs\n1,2\n").encode())
    assert (events, [fault.message for fault in faults]) == ([], ["a row before any #Fields: line"])

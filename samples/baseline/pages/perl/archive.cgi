#!/usr/bin/perl
# Mailing list archive: one message of an mbox, or the list of subjects
use strict; use warnings; use utf8;
use CGI qw(param header escapeHTML);
use MIME::Base64;
use Encode qw(decode);

my $box = '/var/lib/lists/announce.mbox';
my $n   = param('n');
my @messages;

open my $fh, '<', $box or do { print header(-status => 503); exit };
{
    local $/ = "\nFrom ";
    while (my $raw = <$fh>) {
        my ($head, $body) = split /\n\n/, $raw, 2;
        my %h = map { lc($_->[0]) => $_->[1] } map { [split /:\s*/, $_, 2] } grep { /^[\w-]+:/ } split /\n(?!\s)/, $head;
        $body = decode_base64($body) if ($h{'content-transfer-encoding'} || '') =~ /^base64/i;
        push @messages, { %h, body => $body };
    }
}
close $fh;

binmode STDOUT, ':utf8';
print header(-charset => 'utf-8');
if (defined $n && $n =~ /^(\d{1,6})$/ && $messages[$1]) {
    my $m = $messages[$1];
    (my $from = $m->{from} || '') =~ s/\@/ at /;
    print '<h1>', escapeHTML(decode('MIME-Header', $m->{subject} || '')), '</h1><p>', escapeHTML($from), "</p>\n";
    (my $text = escapeHTML(decode('UTF-8', $m->{body}))) =~ s{(https?://[\w./?=&;-]+)}{sprintf '<a href="%s">%s</a>', $1, length($1) > 60 ? substr($1, 0, 57) . '...' : $1}gex;
    print "<pre>$text</pre>\n";
} else {
    my @shown = reverse 0 .. $#messages;
    splice @shown, 100;
    print "<ol>\n", (map { qq{<li><a href="?n=$_">} . escapeHTML(decode('MIME-Header', $messages[$_]{subject} || '-')) . "</a></li>\n" } @shown), "</ol>\n";
}

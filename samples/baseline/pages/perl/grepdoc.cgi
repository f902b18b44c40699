#!/usr/bin/perl -T
# full text search in the minutes of the council: grep over text files
use strict;
use warnings;
use CGI;
$ENV{PATH} = '/bin:/usr/bin';
delete @ENV{qw(IFS CDPATH ENV BASH_ENV)};

my $q = CGI->new;
my ($word) = ($q->param('word') // '') =~ /\A([\w\x{e4}\x{f6}\x{fc} -]{3,40})\z/;
my ($year) = ($q->param('year') // '') =~ /\A((?:19|20)\d\d)\z/;
$year //= 2026;

print $q->header(-charset => 'iso-8859-1'), $q->start_html('Minutes'), $q->start_form(-method => 'GET');
print $q->textfield('word'), $q->popup_menu('year', [reverse 1998 .. 2026], $year), $q->submit, $q->end_form;

if (defined $word) {
    my $pid = open(my $hits, '-|') // die "fork: $!";
    if (!$pid) {
        chdir "/srv/minutes/$year" or exit 1;
        exec('grep', '-i', '-n', '-F', '-e', $word, '--', glob('*.txt')) or exit 1;
    }
    my $count = 0;
    while (my $line = <$hits>) {
        my ($file, $number, $text) = split /:/, $line, 3;
        last if ++$count > 200;
        print $q->p($q->a({ href => "/minutes/$year/$file#$number" }, $q->escapeHTML($file)), $q->escapeHTML($text));
    }
    close $hits;
    print $q->p("$count lines");
}
my $age = eval { -M "/srv/minutes/$year/index.txt" };
printf '<p>Index: %.1f days old</p>', $age if defined $age;
print $q->end_html;

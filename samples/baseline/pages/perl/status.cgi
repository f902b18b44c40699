#!/usr/bin/perl -w
# Status of the print server: queue lengths, load, disks.
use strict;
use CGI ();
use CGI::Carp qw(fatalsToBrowser);

my $cgi = CGI->new;
my $view = $cgi->param('view') || 'queues';

my %views = (
    queues => sub { run('lpstat', '-o') },
    load   => sub { my $u = `uptime`; chomp $u; return ($u) },
    disks  => sub { map { (split)[5, 4] } grep { m{^/dev/} } run('df', '-P') },
);

sub run {
    my @command = @_;
    open my $pipe, '-|', @command or die "$command[0]: $!";
    my @lines = <$pipe>;
    close $pipe;
    chomp @lines;
    return @lines;
}

my $code = $views{$view} or do {
    print $cgi->header(-status => 404), 'no such view';
    exit 0;
};

print $cgi->header('text/html'), "<html><head><title>$view</title></head><body>\n<ul>\n";
print '<li>', $cgi->escapeHTML($_), "</li>\n" for $code->();
print "</ul>\n", join(' | ', map { qq{<a href="?view=$_">$_</a>} } sort keys %views);

# optional modules are looked for at run time
for my $module (qw(Net::SNMP GD::Graph)) {
    print "<br>$module ", (eval "require $module; 1" ? 'present' : 'missing');
}
print "</body></html>\n";

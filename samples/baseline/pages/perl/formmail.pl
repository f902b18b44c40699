#!/usr/bin/perl -T
# formmail: sends a form to one of the recipients below
use strict;
use warnings;
use CGI qw(:standard);

$CGI::POST_MAX        = 100 * 1024;
$CGI::DISABLE_UPLOADS = 1;
$ENV{PATH}            = '/usr/sbin:/usr/bin:/bin';
delete @ENV{qw(IFS CDPATH ENV BASH_ENV)};

my %recipient = (office => 'office@example.com', choir => 'choir@example.com');

my $q    = CGI->new;
my $to   = $recipient{ $q->param('to') || 'office' } or fail('Unknown recipient');
my $mail = $q->param('email') || '';
$mail =~ /\A([\w.+-]+\@[\w-]+(?:\.[\w-]+)+)\z/ or fail('Please give your e-mail address.');
my $from = $1;

my $subject = substr($q->param('subject') || 'Form', 0, 80);
$subject =~ s/[\r\n]+/ /g;

# the list form of open: no shell
open(my $mailer, '|-', '/usr/sbin/sendmail', '-t', '-oi', '-f', 'www@example.com') or fail("sendmail: $!");
print $mailer "To: $to\nReply-To: $from\nSubject: $subject\n";
print $mailer "Content-Type: text/plain; charset=utf-8\n\n";
for my $name (sort $q->param) {
    next if $name =~ /^(?:to|email|subject)$/;
    print $mailer "$name: ", join(', ', $q->multi_param($name)), "\n";
}
print $mailer "\n-- \n$ENV{REMOTE_ADDR}\n";
close($mailer) or fail("sendmail ended with $?");

print $q->redirect('/thanks.html');

sub fail {
    my ($why) = @_;
    print header(-status => '400 Bad Request', -charset => 'utf-8'), start_html('Form'), p(escapeHTML($why)), end_html;
    exit;
}

#!/usr/bin/perl
# Anmeldung zum Sommerfest - eine Zeile je Gast in gaeste.txt
require "cgi-lib.pl";

&ReadParse(*in);
$datei = "/var/lib/sommerfest/gaeste.txt";
print "Content-type: text/html; charset=iso-8859-1\n\n";
print "<html><head><title>Sommerfest</title></head><body>\n";

if ($in{'name'} ne "") {
  $name = $in{'name'}; $name =~ s/[<>|\r\n]/ /g;
  $zahl = int($in{'zahl'}); $zahl = 1 if $zahl < 1 || $zahl > 8;
  open(G, ">>$datei") || die "kann $datei nicht öffnen";
  flock(G, 2);
  print G join("|", time, $name, $zahl), "\n";
  close(G);
  print "<p>Schön, daß Sie kommen, $name! ($zahl Personen)</p>\n";
} else {
  print <<"ENDE";
<form method="post">
Name: <input name="name"> Personen: <input name="zahl" size="2" value="1">
<input type="submit" value="Wir kommen">
</form>
ENDE
}

open(G, $datei);
while (<G>) { ($z, $n, $p) = split(/\|/); $summe += $p; }
close(G);
print "<p>Bisher angemeldet: ", $summe + 0, " Gäste</p></body></html>\n";

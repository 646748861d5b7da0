#!/usr/bin/perl
# Sorts, formats, sub-processes aside: what scripts of the distribution do.
use strict;
use warnings;
use Getopt::Long;
use File::Spec;
use File::Path qw(make_path remove_tree);
use Storable qw(dclone);
use Scalar::Util qw(blessed reftype weaken);
use Text::Wrap qw(wrap);
use Fcntl qw(:flock SEEK_SET);
use Cwd;

my $verbose = 0;
GetOptions('verbose' => \$verbose);
print "arguments @ARGV in ", (cwd() =~ m{([^/]+)$})[0], "\n";

package Counter {
    sub new { my ($class, %with) = @_; return bless {count => 0, %with}, $class }
    sub add { my $self = shift; $self->{count} += $_ for @_; return $self }
    sub DESTROY { print "destroyed at $_[0]{count}\n" }
}

{
    my $counter = Counter->new(name => 'c');
    $counter->add(1 .. 10)->add(100);
    print blessed($counter), ' ', reftype($counter), " $counter->{count}\n";
    my $copy = dclone({list => [1, 2, 3]});
    print scalar @{$copy->{list}}, "\n";
}

my $folder = "/tmp/mote-test-perl.$$";
make_path("$folder/a/b");
open(my $out, '>', "$folder/a/b/file") or die "open: $!";
flock($out, LOCK_EX) or die "flock: $!";
printf $out "%d %s\n", $_, 'x' x $_ for 1 .. 50;
close $out;
open(my $in, '<', "$folder/a/b/file") or die;
my @lines = <$in>;
seek($in, 0, SEEK_SET);
my $first = <$in>;
chomp $first;
print scalar(@lines), " lines, the first: $first, size ", -s "$folder/a/b/file", "\n";
rename("$folder/a/b/file", "$folder/moved") or die;
opendir(my $dir, $folder) or die;
print join(' ', sort grep { !/^\./ } readdir $dir), "\n";
remove_tree($folder);
print -e $folder ? "still there\n" : "gone\n";

$Text::Wrap::columns = 30;
print wrap('', '  ', 'a text that is somewhat longer than one line of thirty columns'), "\n";
my %h = map { $_ => length } qw(one three five seven);
print join(', ', map { "$_=$h{$_}" } sort keys %h), "\n";
my $text = 'key1=value1; key2=value2';
my %pairs = $text =~ /(\w+)=(\w+)/g;
print join('|', map { "$_:$pairs{$_}" } sort keys %pairs), "\n";
$text =~ s/(?<name>key)(?=\d)/uc $+{name}/ge;
print "$text\n";
local $@;
eval { die {code => 42} };
print "caught $@->{code}\n";
open(my $no, '<', '/missing') or print "no file: $!\n";
print sprintf('%vd', '1.22.333'), ' ', join(',', unpack('A2 x2 n', "ab  \x01\x02")), "\n";
print STDERR "on standard error\n";
exit 4;

# Perl's networking over loopback, as server and as client, in one process: the server accepts what the client has asked for.
use strict; use warnings;
use Socket qw(:all);
use IO::Socket::INET; use IO::Socket::IP; use IO::Socket::UNIX; use IO::Select; use HTTP::Tiny;
$| = 1;

my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5, ReuseAddr => 1) or die "server: $@";
my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->sockport) or die "client: $@";
my $peer = $server->accept;
print $client "hello\nworld\n"; $client->shutdown(1);
print "line: $_" while <$peer>;
print $peer "x" x 50000; close $peer;
my $all = do { local $/; <$client> };
print "bytes ", length $all, "\n";

my $six = IO::Socket::IP->new(LocalHost => '::1', Listen => 1, Type => SOCK_STREAM) or die "six: $@";
my $to = IO::Socket::IP->new(PeerHost => '::1', PeerPort => $six->sockport) or die "to: $@";
print "IPv6 ", $six->accept->peerhost, "\n";

my $udp = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die;
my $asker = IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1', PeerPort => $udp->sockport) or die;
$asker->send("ping"); $udp->recv(my $data, 100); $udp->send("pong $data"); $asker->recv($data, 100);
print "$data\n";

my $path = '/tmp/mote-test-perl-socket'; unlink $path;
my $local = IO::Socket::UNIX->new(Local => $path, Listen => 1) or die "unix: $!";
my $from = IO::Socket::UNIX->new(Peer => $path) or die "unix: $!";
syswrite $from, "unix\n"; print $local->accept->getline; unlink $path;

my $select = IO::Select->new($server, $udp);
my @ready = $select->can_read(0.05); print "ready ", scalar @ready, "\n";
my @clients = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->sockport) } 1 .. 3;
@ready = $select->can_read(5); print "ready ", scalar @ready, "\n";

# HTTP: the client's request stands in the queue until the alarm's handler answers it.
$SIG{ALRM} = sub {
    my $c; { $c = $server->accept; my $first = ''; sysread $c, $first, 4096; if ($first !~ /^GET/) { close $c; redo } }
    syswrite $c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbody\n"; close $c;
};
close $_ for @clients;
alarm 1;
my $answer = HTTP::Tiny->new(timeout => 10)->get('http://127.0.0.1:' . $server->sockport . '/x');
print "http $answer->{status} $answer->{content}";

my $none = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => do { my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1); my $p = $s->sockport; close $s; $p });
print "refused: ", $none ? 'no' : $!, "\n";
my ($error, @found) = getaddrinfo('localhost', 'http', {socktype => SOCK_STREAM, family => AF_INET});
print "localhost ", inet_ntoa((sockaddr_in($found[0]{addr}))[1]), ' ', (sockaddr_in($found[0]{addr}))[0], "\n";
print join(' ', (getprotobyname('tcp'))[2], (getservbyname('ssh', 'tcp'))[2], (getpwuid(0))[0], (getgrgid(0))[0]), "\n";

<?php
// PHP's networking over loopback, as server and as client, in one process.
$server = stream_socket_server('tcp://127.0.0.1:0', $code, $message) or die("$message\n");
$name = stream_socket_get_name($server, false);
$client = stream_socket_client("tcp://$name", $code, $message, 5) or die("$message\n");
$peer = stream_socket_accept($server, 5);
fwrite($client, "one\ntwo\n");
echo trim(fgets($peer)), ' ', trim(fgets($peer)), "\n";
fwrite($peer, str_repeat('x', 30000));
fclose($peer);
echo strlen(stream_get_contents($client)), "\n";

$udp = stream_socket_server('udp://127.0.0.1:0', $code, $message, STREAM_SERVER_BIND);
$asker = stream_socket_client('udp://' . stream_socket_get_name($udp, false));
fwrite($asker, 'ping');
$data = stream_socket_recvfrom($udp, 100, 0, $from);
stream_socket_sendto($udp, "pong $data", 0, $from);
echo fread($asker, 100), "\n";

$path = '/tmp/mote-test-php-socket';
@unlink($path);
$unix = stream_socket_server("unix://$path");
$to = stream_socket_client("unix://$path");
fwrite($to, "unix\n");
echo fgets(stream_socket_accept($unix));
unlink($path);

[$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
stream_set_blocking($b, false);
var_dump(fread($b, 10));
$read = [$b]; $write = $except = null;
echo stream_select($read, $write, $except, 0, 50000), ' ';
fwrite($a, 'pair');
$read = [$b];
echo stream_select($read, $write, $except, 5), ' ', fread($b, 10), "\n";

$six = stream_socket_server('tcp://[::1]:0');
echo is_resource(stream_socket_client('tcp://' . stream_socket_get_name($six, false))) ? "IPv6\n" : "none\n";

$none = stream_socket_server('tcp://127.0.0.1:0');
$free = stream_socket_get_name($none, false);
fclose($none);
var_dump(@stream_socket_client("tcp://$free", $code, $message, 5));
echo "$code $message\n";
echo gethostbyname('localhost'), ' ', getservbyname('http', 'tcp'), ' ', getprotobyname('udp'), "\n";
if (function_exists('socket_create')) {
    $listener = socket_create_listen(0);
    socket_getsockname($listener, $host, $port);
    $s = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
    socket_connect($s, '127.0.0.1', $port);
    $p = socket_accept($listener);
    socket_write($s, "sockets\n");
    echo socket_read($p, 100, PHP_NORMAL_READ);
    socket_set_option($s, SOL_TCP, TCP_NODELAY, 1);
    echo socket_get_option($s, SOL_TCP, TCP_NODELAY), "\n";
}

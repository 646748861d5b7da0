<?php
declare(strict_types=1);
// Classes, closures, streams, files and dates: what command-line scripts do.

namespace Mote\Test;

interface Shape { public function area(): float; }

enum Colour: string { case Red = 'r'; case Green = 'g'; }

final class Circle implements Shape
{
    public function __construct(private readonly float $radius, public readonly Colour $colour = Colour::Red) {}

    public function area(): float { return M_PI * $this->radius ** 2; }
}

printf("%s %.4f %s\n", implode(' ', array_slice($argv, 1)), (new Circle(2))->area(), (new Circle(1, Colour::from('g')))->colour->name);
while (($line = fgets(STDIN)) !== false) {
    echo strlen(rtrim($line)), ' ', ucwords(rtrim($line)), "\n";
}

$name = tempnam(sys_get_temp_dir(), 'mote-test');
$file = fopen($name, 'r+');
flock($file, LOCK_EX);
fputcsv($file, ['a', 'b c', 'd"e']);
rewind($file);
var_dump(fgetcsv($file));
fclose($file);
echo filesize($name), "\n";
unlink($name);
echo json_encode(array_map(fn (int $n): int => $n ** 2, range(1, 5))), "\n";
$list = [[3, "c"], [1, "a"]];
usort($list, fn ($x, $y) => $x[0] <=> $y[0]);
echo date_create('2024-02-29 12:00', timezone_open('Europe/Berlin'))->format('c'), "\n";
echo preg_replace_callback('/\d+/', fn ($m) => (string) ($m[0] * 2), 'a1 b22'), "\n";
echo serialize(['k' => 1.5]), ' ', md5('mote'), ' ', crc32('mote'), "\n";
$o = new \ArrayObject(['x' => 1]);
foreach ($o as $key => $value) {
    echo "$key => $value\n";
}

echo match (true) { PHP_INT_SIZE === 8 => '64 bits', default => 'other' }, ' ', PHP_OS_FAMILY, ' ', php_sapi_name(), "\n";
set_error_handler(function (int $number, string $text): bool { echo "error: $text\n"; return true; });
echo $missing ?? 'default', "\n";
file_get_contents('/missing');
try {
    (function (int $x) { return $x; })('text');
} catch (\TypeError $e) {
    echo get_class($e), "\n";
}

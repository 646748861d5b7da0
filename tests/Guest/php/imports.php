<?php
// Every extension that PHP loads, with how much it defines.
$names = get_loaded_extensions();
sort($names);
foreach ($names as $name) {
    $extension = new ReflectionExtension($name);
    echo $name, ' ', $extension->getVersion(), ' ', count($extension->getFunctions()), ' ', count($extension->getClasses()), ' ', count($extension->getConstants()), "\n";
}
echo implode(' ', stream_get_transports()), "\n", implode(' ', stream_get_wrappers()), "\n", implode(' ', stream_get_filters()), "\n";
echo (new DateTime('2024-07-01 12:00', new DateTimeZone('Europe/Berlin')))->format('c T'), "\n";

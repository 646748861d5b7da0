// Walks through the class library where it leans on the system beneath it. What it prints is the same on every Linux: what belongs to the machine is printed as a check.

using System.Globalization;

string folder = Directory.CreateTempSubdirectory("mote-library-").FullName;
try
{
    (string Name, Func<string, Task> Part)[] parts =
    [
        ("text", Texts.Run),
        ("cultures", Cultures.Run),
        ("files", Files.Run),
        ("maps", Maps.Run),
        ("watcher", Watching.Run),
        ("compression", Compression.Run),
        ("cryptography", Cryptography.Run),
        ("zones", Zones.Run),
        ("process", ProcessFigures.Run),
        ("events", Events.Run),
        ("dynamic", Dynamic.Run),
        ("input", Input.Run),
    ];
    foreach ((string name, Func<string, Task> part) in parts)
    {
        if (args.Length > 0 && !args.Contains(name))
        {
            continue;
        }

        try
        {
            await part(folder);
        }
        catch (Exception e)
        {
            Check.Say($"{name} FAILED", e);
        }
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return 0;

/// <summary>Prints a line for each thing tried.</summary>
internal static class Check
{
    public static void Say(string what, object? value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value}"));
}

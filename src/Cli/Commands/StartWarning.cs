using System;
using System.IO;
using System.Linq;
using Mote.Compatibility;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>Says on standard error, before the program starts, that it is known to need what the machine does not have.</summary>
internal static class StartWarning
{
    public static void Show(MachineImage image)
    {
        string[] arguments = [.. image.Config.Arguments.Skip(1)];
        if (ForkingPrograms.WarningFor(image.Config.EntryPoint, arguments, path => Read(image, path)) is { } warning)
        {
            Report.Line("mote: " + warning);
        }
    }

    /// <summary>The text of a file that the image has from the host.</summary>
    private static string? Read(MachineImage image, string path)
    {
        try
        {
            string? source = image.Manifest.Files.FirstOrDefault(file => file.Path == path)?.Source;
            return source is null ? null : File.ReadAllText(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageException)
        {
            // The image may have come from another computer: then only its arguments tell.
            return null;
        }
    }
}

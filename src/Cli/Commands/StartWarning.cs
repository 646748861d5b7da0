using System;
using System.Collections.Generic;
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
        string[] all = [.. image.Config.Arguments];
        int script = image.Config.FixedArguments - 1;
        string? warning = ForkingPrograms.WarningFor(image.Config.EntryPoint, all[1..], Read);
        if (script > 0 && script < all.Length)
        {
            warning ??= ForkingPrograms.WarningFor(all[script], all[(script + 1)..], Read);
        }

        if (warning is not null)
        {
            Report.Line("mote: " + warning);
        }

        string? Read(string name) => name.StartsWith('$') ? image.Config.Environment.GetValueOrDefault(name[1..]) : ReadFile(image, name);
    }

    /// <summary>The text of a file that the image has from the host.</summary>
    private static string? ReadFile(MachineImage image, string path)
    {
        try
        {
            string real = ImagePaths.Resolve(image.Manifest, path);
            string? source = image.Manifest.Files.FirstOrDefault(file => file.Path == real)?.Source;
            return source is null ? null : File.ReadAllText(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageException)
        {
            // The image may have come from another computer: then only its arguments tell.
            return null;
        }
    }
}

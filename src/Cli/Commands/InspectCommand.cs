using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary><c>mote inspect</c>: what is inside an image, or would be inside that of a program, and why.</summary>
internal static class InspectCommand
{
    public static Command CreateSyntax()
    {
        ImageSyntax image = new();
        Option<bool> json = new("--json") { Description = "Print JSON instead of a table" };
        image.Framework.Aliases.Remove("-f"); // it is --files here
        Option<bool> files = new("--files", "-f") { Description = "List every file, also of large groups" };
        Command command = new("inspect", "Show what is inside an image, or would be inside that of a program, and why")
        {
            image.Program, image.Environment, image.Added, image.Rules, image.Configuration, image.Framework, json, files,
        };
        command.SetAction(parsed =>
        {
            MachineImage inspected = Open(image.RequestOf(parsed, []));
            Print(ImageReport.Describe(inspected), parsed.GetValue(json), parsed.GetValue(files));
            return ExitStatus.Success;
        });
        return command;
    }

    private static MachineImage Open(ImageRequest request)
    {
        using BuildProgress progress = new(verbose: false);
        return new ImageBuilder(progress).BuildCached(request, Path.Combine(Installation.CacheFolder(), "images"));
    }

    private static void Print(ImageReport report, bool json, bool files)
    {
        string text = json ? JsonSerializer.Serialize(report, InspectJson.Default.ImageReport) + "\n" : ImageTable.Format(report, files);
        if (HostOutput.StandardOutput.WriteText(text) == WriteResult.ReaderGone)
        {
            Environment.Exit(ExitStatus.BrokenPipe);
        }
    }
}

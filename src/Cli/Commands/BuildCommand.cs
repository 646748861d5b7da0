using System;
using System.CommandLine;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary><c>mote build</c>: builds a machine image into a folder.</summary>
internal static class BuildCommand
{
    public static Command CreateSyntax(System.Collections.Generic.IReadOnlyList<string> programArguments)
    {
        ImageSyntax image = new();
        Option<string> output = new("--output", "-o")
        {
            Description = "The image's folder; it is created, or replaced when it is an image",
            HelpName = "folder",
            Required = true,
        };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Show the details of the build on standard error" };
        Command command = new("build", "Build a machine image into a folder, for 'mote run' and 'mote inspect'")
        {
            image.Program, output, image.Environment, image.WorkingDirectory, image.StopSignal, image.Added, image.Rules, image.Configuration, image.Framework, verbose,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(output);
            ImageRequest request = image.RequestOf(parsed, programArguments);
            Build(request, folder, parsed.GetValue(verbose));
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Build(ImageRequest request, string folder, bool verbose)
    {
        if (File.Exists(folder))
        {
            throw new CliException($"--output: {folder} is a file, not a folder");
        }

        try
        {
            MachineImage built;
            using (BuildProgress progress = new(verbose))
            {
                built = new ImageBuilder(progress).Build(request, folder);
            }

            Report.Line($"mote: {folder}: {Size.Text(built.Config.RootImageBytes)}; start it with: mote run {folder}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot write {folder}: {e.Message}");
        }
    }
}

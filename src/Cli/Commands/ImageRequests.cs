using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>Turns the options of a command into a request to the image builder.</summary>
internal static class ImageRequests
{
    public static ImageRequest From(RunOptions options) => new()
    {
        ProgramPath = options.Program,
        Arguments = options.Arguments,
        Environment = options.Environment,
        WorkingDirectory = options.WorkingDirectory,
        AddedFiles = options.AddedFiles,
        Rules = options.Rules,
    };
}

using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging;

/// <summary>A built image: a folder with root.erofs (the root file system), config.json (how to start) and manifest.json (what is inside and why).</summary>
public sealed class MachineImage
{
    private ImageManifest? _manifest;

    internal MachineImage(string folder, ImageConfig config)
    {
        Folder = folder;
        Config = config;
    }

    /// <summary>Absolute host path of the image's folder.</summary>
    public string Folder { get; }

    /// <summary>Whether it was built just now, not found in the cache.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Absolute host path of the root file system, for <c>-initrd</c>.</summary>
    public string RootImagePath => Path.Combine(Folder, ImageFolder.RootName);

    /// <summary>How to start the program. For an image from a request it carries the request's arguments, environment and directory.</summary>
    public ImageConfig Config { get; }

    /// <summary>What is inside; read from the folder when first asked for.</summary>
    /// <exception cref="ImageException">manifest.json is missing or invalid.</exception>
    public ImageManifest Manifest => _manifest ??= ImageFolder.ReadManifest(Folder);

    /// <summary>Opens and checks an image folder.</summary>
    /// <exception cref="ImageException">A file is missing, truncated, invalid or written by a newer version.</exception>
    public static MachineImage Open(string folder)
    {
        MachineImage image = OpenForStart(folder);
        _ = image.Manifest;
        return image;
    }

    /// <summary>True when the folder looks like an image (it has a config.json or a root.erofs), valid or not.</summary>
    public static bool IsImageFolder(string folder) =>
        File.Exists(Path.Combine(folder, ImageFolder.RootName)) || File.Exists(Path.Combine(folder, ImageFolder.ManifestName));

    /// <summary>
    /// The same image started in another way: the request's arguments after the program's own (none keeps those of the image), its environment over the image's,
    /// its working directory unless <c>null</c>.
    /// </summary>
    public MachineImage With(ImageRequest request) => new(Folder, Start(Config, request, keepArguments: request.Arguments.Count == 0)) { _manifest = _manifest };

    /// <summary>As <see cref="Open"/> but without reading the manifest, which a start does not need.</summary>
    internal static MachineImage OpenForStart(string folder)
    {
        folder = Path.GetFullPath(folder);
        ImageConfig config = ImageFolder.ReadConfig(folder);
        ImageFolder.CheckRoot(folder, config);
        return new MachineImage(folder, config);
    }

    /// <summary>A configuration with the request's arguments, environment and working directory in it.</summary>
    internal static ImageConfig Start(ImageConfig config, ImageRequest request, bool keepArguments)
    {
        var arguments = new List<string>(config.Arguments);
        if (!keepArguments)
        {
            arguments.RemoveRange(config.FixedArguments, arguments.Count - config.FixedArguments);
            arguments.AddRange(request.Arguments);
        }

        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in config.Environment)
        {
            environment[name] = value;
        }

        foreach ((string name, string value) in request.Environment)
        {
            environment[name] = value;
        }

        return config with
        {
            Arguments = arguments,
            Environment = environment,
            WorkingDirectory = request.WorkingDirectory ?? config.WorkingDirectory,
            StopSignal = request.StopSignal ?? config.StopSignal,
        };
    }
}

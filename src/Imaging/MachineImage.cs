using System;

namespace Mote.Imaging;

/// <summary>A built image: a folder with root.erofs (the root file system), config.json (how to start) and manifest.json (what is inside and why).</summary>
public sealed class MachineImage
{
    internal MachineImage(string folder, ImageConfig config)
    {
        Folder = folder;
        Config = config;
    }

    /// <summary>Absolute host path of the image's folder.</summary>
    public string Folder { get; }

    /// <summary>Absolute host path of the root file system, for <c>-initrd</c>.</summary>
    public string RootImagePath => System.IO.Path.Combine(Folder, "root.erofs");

    /// <summary>How to start the program. For an image from a request it carries the request's arguments, environment and directory.</summary>
    public ImageConfig Config { get; }

    /// <summary>What is inside; read from the folder when first asked for.</summary>
    /// <exception cref="ImageException">manifest.json is missing or invalid.</exception>
    public ImageManifest Manifest => throw new NotImplementedException();

    /// <summary>Opens and checks an image folder.</summary>
    /// <exception cref="ImageException">A file is missing, truncated, invalid or written by a newer version.</exception>
    public static MachineImage Open(string folder) => throw new NotImplementedException();

    /// <summary>True when the folder looks like an image (it has a config.json and a root.erofs), valid or not.</summary>
    public static bool IsImageFolder(string folder) => throw new NotImplementedException();

    /// <summary>The same image started in another way: arguments after the program's own, more environment, another directory (<c>null</c> keeps the image's).</summary>
    public MachineImage With(ImageRequest request) => throw new NotImplementedException();
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mote.Imaging.Erofs;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>The files of an image folder, written and read.</summary>
internal static class ImageFolder
{
    public const string RootName = "root.erofs";
    public const string ConfigName = "config.json";
    public const string ManifestName = "manifest.json";

    /// <summary>Writes all three files into an existing folder.</summary>
    public static ImageConfig Write(string folder, ImageAssembly assembly, ImageConfig config, string program)
    {
        long size;
        using (FileStream output = Create(Path.Combine(folder, RootName)))
        {
            size = ErofsWriter.Write(assembly.Tree, output);
        }

        config = config with { RootImageBytes = size };
        WriteJson(Path.Combine(folder, ConfigName), config, ImageJson.Default.ImageConfig);
        WriteJson(Path.Combine(folder, ManifestName), Manifest(assembly, program), ImageJson.Default.ImageManifest);
        UnixFileMode mode = ModeOf(assembly.Tree.Root);
        foreach (string name in (string[])[RootName, ConfigName, ManifestName])
        {
            File.SetUnixFileMode(Path.Combine(folder, name), mode);
        }

        return config;
    }

    /// <summary>Who may read an image: whoever may read all files in it, where they lie in the image.</summary>
    private static UnixFileMode ModeOf(DirectoryNode folder)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        UnixFileMode allowed = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        foreach (ImageNode node in folder.Children.Values)
        {
            UnixFileMode below = node switch
            {
                FileNode => node.Mode,
                DirectoryNode inner => ModeOf(inner),
                _ => allowed,
            };

            // What nobody can reach in a folder that only its owner may enter is as private as the folder.
            if (node is DirectoryNode { Children.Count: > 0 })
            {
                below &= ((node.Mode & UnixFileMode.GroupExecute) != 0 ? UnixFileMode.GroupRead : 0) | ((node.Mode & UnixFileMode.OtherExecute) != 0 ? UnixFileMode.OtherRead : 0);
            }

            allowed &= below | Owner;
        }

        return allowed;
    }

    public static ImageConfig ReadConfig(string folder)
    {
        string path = Path.Combine(folder, ConfigName);
        ImageConfig config = ReadJson(path, ImageConfigReader.Read);
        if (config.FormatVersion > ImageConfig.CurrentFormatVersion)
        {
            throw new ImageException(
                $"{folder} was built by a newer mote ({config.ToolVersion}, image format {config.FormatVersion}; this one reads up to {ImageConfig.CurrentFormatVersion}). " +
                "Update mote or build the image again with this one.");
        }

        if (config.FormatVersion < 1 || config.Arguments.Count == 0 || config.FixedArguments < 1 || config.FixedArguments > config.Arguments.Count
            || !config.EntryPoint.StartsWith('/') || !config.WorkingDirectory.StartsWith('/'))
        {
            throw Invalid(path, "a field has a value that makes no sense.");
        }

        return config;
    }

    public static ImageManifest ReadManifest(string folder) => ReadJson(
        Path.Combine(folder, ManifestName),
        json => JsonSerializer.Deserialize(json.Span, ImageJson.Default.ImageManifest) ?? throw new JsonException("it is empty."));

    /// <summary>Checks length and superblock of the root file system.</summary>
    public static void CheckRoot(string folder, ImageConfig config)
    {
        string path = Path.Combine(folder, RootName);
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new ImageException($"{folder} is not a whole image: {RootName} is missing. Build the image again.");
        }

        if (info.Length != config.RootImageBytes)
        {
            string what = info.Length < config.RootImageBytes ? "truncated" : "too long";
            throw new ImageException($"{path} is {what}: it has {info.Length} bytes instead of {config.RootImageBytes}. Copy it again or build the image again.");
        }

        byte[] block = new byte[ErofsFormat.BlockSize];
        try
        {
            using FileStream root = File.OpenRead(path);
            if (root.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length && ErofsSuperblock.IsValid(block, info.Length))
            {
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path} cannot be read: {e.Message}", e);
        }

        throw new ImageException($"{path} is damaged: its EROFS superblock is not valid. Build the image again.");
    }

    private static ImageManifest Manifest(ImageAssembly assembly, string program)
    {
        var files = new List<ManifestEntry>();
        foreach ((string path, ImageNode node) in assembly.Tree.Walk())
        {
            files.Add(new ManifestEntry
            {
                Path = path,
                Kind = node switch { DirectoryNode => "directory", LinkNode => "link", _ => "file" },
                Mode = "0" + Convert.ToString((int)node.Mode, 8),
                Size = node is FileNode file ? file.Size : 0,
                Source = (node as FileNode)?.HostPath,
                Target = (node as LinkNode)?.Target,
                Why = node.Why,
            });
        }

        return new ImageManifest { Program = program, Rules = assembly.Rules, Files = files, Notes = assembly.Notes };
    }

    /// <summary>Made for the user alone; opened to others once it is known that all in it is.</summary>
    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static void WriteJson<T>(string path, T value, JsonTypeInfo<T> type)
    {
        using FileStream file = Create(path);
        JsonSerializer.Serialize(file, value, type);
        file.WriteByte((byte)'\n');
    }

    private static T ReadJson<T>(string path, Func<ReadOnlyMemory<byte>, T> parse)
    {
        try
        {
            return parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException($"{Path.GetDirectoryName(path)} is not a machine image: {Path.GetFileName(path)} is missing. Build it with: mote build PROGRAM -o FOLDER", e);
        }
        catch (JsonException e)
        {
            throw Invalid(path, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static ImageException Invalid(string path, string cause) =>
        new($"{path} is not valid: {cause} Build the image again.");
}

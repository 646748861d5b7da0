using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mote.Imaging.DotNet;

/// <summary>
/// A <c>NAME.deps.json</c>: which files belong to which package. The host that starts a program refuses to when a file that it names is missing, so what is left
/// out of an image must be taken out of it too.
/// </summary>
internal sealed class DependencyFile
{
    private static readonly string[] s_assetKinds = ["runtime", "native"];
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly JsonNode _root;
    private readonly Predicate<string> _isFramework;

    private DependencyFile(JsonNode root, Predicate<string> isFramework)
    {
        _root = root;
        _isFramework = isFramework;
    }

    /// <summary>Of a program published with its runtime: the framework's packages are those that are named runtimepack.</summary>
    /// <exception cref="ImageException">The file is not what it should be.</exception>
    public static DependencyFile OfProgram(string path) => Read(path, package => package.StartsWith("runtimepack.", StringComparison.Ordinal));

    /// <summary>Of a shared framework: all of its files are the framework's.</summary>
    /// <exception cref="ImageException">The file is not what it should be.</exception>
    public static DependencyFile OfFramework(string path) => Read(path, _ => true);

    /// <summary>The names, without folders, of the framework's files.</summary>
    public HashSet<string> FrameworkFiles()
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonObject assets in FrameworkAssets())
        {
            foreach ((string path, _) in assets)
            {
                files.Add(path[(path.LastIndexOf('/') + 1)..]);
            }
        }

        return files;
    }

    /// <summary>The file's text without the framework's files that are not in the image.</summary>
    public string Without(IReadOnlySet<string> leftOut)
    {
        foreach (JsonObject assets in FrameworkAssets())
        {
            var gone = new List<string>();
            foreach ((string path, _) in assets)
            {
                if (leftOut.Contains(path[(path.LastIndexOf('/') + 1)..]))
                {
                    gone.Add(path);
                }
            }

            foreach (string path in gone)
            {
                assets.Remove(path);
            }
        }

        return _root.ToJsonString(s_indented) + "\n";
    }

    private static DependencyFile Read(string path, Predicate<string> isFramework)
    {
        try
        {
            return new DependencyFile(JsonNode.Parse(File.ReadAllText(path)) ?? throw new JsonException("it is empty"), isFramework);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ImageException($"{path} is not a list of the program's files: {e.Message}", e);
        }
    }

    private IEnumerable<JsonObject> FrameworkAssets()
    {
        foreach ((_, JsonNode? target) in _root["targets"] as JsonObject ?? [])
        {
            foreach ((string package, JsonNode? contents) in target as JsonObject ?? [])
            {
                foreach (string kind in _isFramework(package) ? s_assetKinds : [])
                {
                    if ((contents as JsonObject)?[kind] is JsonObject assets)
                    {
                        yield return assets;
                    }
                }
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Mote.Tests.Architecture;

/// <summary>The sources and projects that the rules are about.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The projects below src/, by name.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path));

    /// <summary>The version of ilc and of the class library in the kernel.</summary>
    public static string IlcVersion { get; } = XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("IlcVersion").First().Value;

    public static IEnumerable<string> ReferencesOf(string project) => XDocument.Load(Projects[project])
        .Descendants("ProjectReference")
        .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));

    public static IEnumerable<string> SourcesOf(string project)
    {
        string folder = Path.GetDirectoryName(Projects[project])!;
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(folder, path).Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
    }

    public static bool AllowsUnsafe(string project) => XDocument.Load(Projects[project])
        .Descendants("AllowUnsafeBlocks").Any(element => bool.Parse(element.Value));

    /// <summary>Above Machine and inside the image.</summary>
    public static bool IsBehindTheWall(string project) => project is "Mote.Abi.Linux" or "Mote.Image" || project.StartsWith("Mote.Kernel.", StringComparison.Ordinal);

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mote.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run in the repository only.");
    }
}

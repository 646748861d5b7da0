using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Mote.Imaging.DotNet;

/// <summary>A solution (.sln, .slnx) or a filter of one (.slnf): the projects that it names.</summary>
internal static partial class SolutionFile
{
    public static bool IsOne(string path) => Path.GetExtension(path) is ".sln" or ".slnx" or ".slnf";

    /// <summary>The only project of a solution that becomes a program.</summary>
    /// <exception cref="ImageException">There is none, or there are several; the message lists them.</exception>
    public static string FindProgram(string path, string shown)
    {
        var all = new List<string>();
        var programs = new List<string>();
        foreach (string project in Projects(path))
        {
            all.Add(project);
            if (ProjectFile.IsProgram(project))
            {
                programs.Add(project);
            }
        }

        string List(List<string> projects) => string.Concat(projects.ConvertAll(project => "\n  " + Path.GetRelativePath(Directory.GetCurrentDirectory(), project)));
        return programs.Count switch
        {
            1 => programs[0],
            0 when all.Count == 0 => throw new ImageException($"The solution {shown} names no project."),
            0 => throw new ImageException($"No project of the solution {shown} is a program:{List(all)}"),
            _ => throw new ImageException($"The solution {shown} has {programs.Count} programs. Give the project of the one to run:{List(programs)}"),
        };
    }

    private static List<string> Projects(string path)
    {
        try
        {
            return Path.GetExtension(path) switch
            {
                ".slnx" => ReadXml(path),
                ".slnf" => ReadFilter(path),
                _ => ReadText(path),
            };
        }
        catch (Exception e) when (e is XmlException or JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path} cannot be read as a solution: {e.Message}", e);
        }
    }

    private static List<string> ReadXml(string path)
    {
        var projects = new List<string>();
        foreach (XElement project in XDocument.Load(path).Descendants("Project"))
        {
            Add(projects, path, project.Attribute("Path")?.Value);
        }

        return projects;
    }

    private static List<string> ReadFilter(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement solution = json.RootElement.GetProperty("solution");
        string whole = Absolute(path, solution.GetProperty("path").GetString()!);
        var projects = new List<string>();
        foreach (JsonElement project in solution.GetProperty("projects").EnumerateArray())
        {
            Add(projects, whole, project.GetString());
        }

        return projects;
    }

    private static List<string> ReadText(string path)
    {
        var projects = new List<string>();
        foreach (Match match in ProjectLine().Matches(File.ReadAllText(path)))
        {
            Add(projects, path, match.Groups[1].Value);
        }

        return projects;
    }

    // A folder of a solution is written as a project too.
    private static void Add(List<string> projects, string solution, string? relative)
    {
        if (relative is not null && ProjectFile.IsOne(relative))
        {
            projects.Add(Absolute(solution, relative));
        }
    }

    private static string Absolute(string file, string relative) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, relative.Replace('\\', '/')));

    // Project("{kind}") = "name", "path", "{identity}"
    [GeneratedRegex("""^Project\("[^"]*"\)\s*=\s*"[^"]*"\s*,\s*"([^"]*)""" + "\"", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ProjectLine();
}

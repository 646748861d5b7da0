using System;
using System.Collections.Generic;
using System.IO;
using System.Xml;
using System.Xml.Linq;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>
/// Collects what can change a project's build: its folder's files, the files of projects that it references, and the props, targets and settings that MSBuild and
/// NuGet look for in the folders above. The lock file is left out, because publishing itself may write it.
/// </summary>
internal sealed class ProjectSources(HostFiles host)
{
    private static readonly string[] s_above =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "global.json", "nuget.config", "NuGet.config", "NuGet.Config", ".editorconfig", ".globalconfig"];

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public void Collect(string project)
    {
        if (!_seen.Add(project))
        {
            return;
        }

        string folder = Path.GetDirectoryName(project)!;
        host.Look(project);
        if (ProjectFile.IsOne(project))
        {
            CollectFolder(folder);
        }
        else
        {
            CollectBeside(folder);
        }

        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            foreach (string name in s_above)
            {
                host.Look(Path.Combine(at, name));
            }
        }

        if (ProjectFile.IsOne(project))
        {
            CollectMentioned(project, folder);
        }
        else
        {
            CollectDirectives(project, folder);
        }
    }

    // A program of one file may lie in a folder of anything: only settings and web content beside it can take part.
    private void CollectBeside(string folder)
    {
        foreach (string name in host.List(folder, FolderFilter.ProjectSources))
        {
            string path = Path.Combine(folder, name);
            if (name == "wwwroot")
            {
                CollectFolder(path);
            }
            else if (Path.GetExtension(name) is ".json" or ".resx" or ".config")
            {
                host.Look(path);
            }
        }
    }

    // #:project ../Library, #:include Other.cs: lines before the first of the program.
    private void CollectDirectives(string file, string folder)
    {
        foreach (string line in File.ReadLines(file))
        {
            string[] words = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is ["#:project" or "#:include" or "#:ref", var named] && !named.Contains('$'))
            {
                CollectNamed(Path.GetFullPath(Path.Combine(folder, named)));
            }
        }
    }

    private void CollectNamed(string path)
    {
        if (Directory.Exists(path))
        {
            foreach (string project in Directory.GetFiles(path, "*.*proj"))
            {
                Collect(project);
            }
        }
        else if (path.Contains('*'))
        {
            CollectFolder(Path.GetDirectoryName(path[..path.IndexOf('*', StringComparison.Ordinal)])!);
        }
        else if (path.EndsWith("proj", StringComparison.Ordinal) || Path.GetExtension(path) == ".cs")
        {
            Collect(path);
        }
        else
        {
            host.Look(path);
        }
    }

    private void CollectFolder(string folder)
    {
        if (!_seen.Add(folder + "/"))
        {
            return;
        }

        foreach (string name in host.List(folder, FolderFilter.ProjectSources))
        {
            string path = Path.Combine(folder, name);
            if (host.Look(path).Kind == HostKind.Directory)
            {
                CollectFolder(path);
            }
        }
    }

    // What the project file names outside its folder. MSBuild's properties are not evaluated: paths that begin with one are left out.
    private void CollectMentioned(string project, string folder)
    {
        try
        {
            foreach (XElement element in XDocument.Load(project).Descendants())
            {
                foreach (XName attribute in (XName[])["Include", "Project"])
                {
                    CollectPath(folder, element.Attribute(attribute)?.Value ?? "");
                }
            }
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            // MSBuild will say what is wrong with the file.
        }
    }

    private void CollectPath(string folder, string value)
    {
        foreach (string item in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string relative = item.Replace('\\', '/').Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal);
            if (!relative.StartsWith("../", StringComparison.Ordinal) || relative.Contains('$'))
            {
                continue;
            }

            int star = relative.IndexOf('*', StringComparison.Ordinal);
            string path = Path.GetFullPath(Path.Combine(folder, star < 0 ? relative : relative[..relative.LastIndexOf('/', star)]));
            if (star >= 0)
            {
                CollectFolder(path);
            }
            else if (path.EndsWith("proj", StringComparison.Ordinal))
            {
                Collect(path);
            }
            else
            {
                host.Look(path);
            }
        }
    }
}

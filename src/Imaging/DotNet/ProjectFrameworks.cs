using System;
using System.Linq;

namespace Mote.Imaging.DotNet;

/// <summary>The target frameworks of a project, and the choice among them.</summary>
/// <param name="project">The project's file, or a program of one file; for messages.</param>
/// <param name="several">MSBuild's TargetFrameworks, which wins when it is not empty.</param>
/// <param name="single">MSBuild's TargetFramework.</param>
internal sealed class ProjectFrameworks(string project, string several, string single)
{
    private readonly string[] _names =
        [.. (several.Length > 0 ? several : single).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The project has a list, so each command must say which one.</summary>
    public bool AreSeveral => several.Length > 0;

    /// <summary>The framework to publish for; null where the project has one and none was asked for, or where it says nothing and the
    /// compiler is to complain.</summary>
    /// <exception cref="ImageException">The project does not have it, or has several and none was asked for. The message says what to
    /// type.</exception>
    public string? Choose(string? asked)
    {
        string list = string.Join(", ", _names);
        if (asked is null)
        {
            return !AreSeveral ? null
                : _names.Length == 1 ? _names[0]
                : throw new ImageException($"{project} builds for several frameworks: {list}. Choose one, for example: --framework {Suggestion()}");
        }

        if (_names.Length == 0)
        {
            return asked;
        }

        return _names.FirstOrDefault(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase)) ?? throw new ImageException(
            _names.Length > 1 ? $"{project} does not build for {asked}. It builds for: {list}. Type, for example: --framework {Suggestion()}"
            : $"{project} does not build for {asked}. It builds for {list}: leave --framework out, or {HowToChange(asked)}.");
    }

    private string HowToChange(string asked) => ProjectFile.IsOne(project)
        ? $"write <TargetFramework>{asked}</TargetFramework> in the project"
        : $"write this among the first lines: #:property TargetFramework={asked}";

    // The newest that runs on Linux.
    private string Suggestion() => _names.Where(RunsOnLinux).MaxBy(VersionOf) ?? _names[^1];

    private static bool RunsOnLinux(string name) => VersionOf(name) is { Major: >= 5 };

    // net10.0; .NET Framework (net48), .NET Standard and what is bound to another system (net10.0-windows) have another form.
    private static Version? VersionOf(string name) => name.StartsWith("net", StringComparison.OrdinalIgnoreCase)
        && Version.TryParse(name.AsSpan(3), out Version? version) ? version : null;
}

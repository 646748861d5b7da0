using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Mote.Imaging.DotNet;

/// <summary>What MSBuild says of a project.</summary>
/// <param name="AssemblyName">The program's file name.</param>
/// <param name="PublishAot">Compiled ahead of time.</param>
/// <param name="TargetFramework">What it is published for.</param>
/// <param name="IsFrameworkChosen">The project has a list of frameworks, so each command must say which.</param>
/// <param name="Configurations">Those that the project names; MSBuild takes any other word too.</param>
internal sealed record ProjectProperties(string AssemblyName, bool PublishAot, string TargetFramework, bool IsFrameworkChosen,
    IReadOnlyList<string> Configurations)
{
    private static readonly string[] s_properties =
        ["AssemblyName", "OutputType", "PublishAot", "TargetFramework", "TargetFrameworks", "Configurations", "IsTestProject", "UsingMicrosoftNETSdkBlazorWebAssembly"];

    /// <summary>Evaluates the project as publishing would.</summary>
    /// <param name="project">A project's file, or a program of one file.</param>
    /// <param name="configuration">Release or another.</param>
    /// <param name="framework">The target framework that was asked for, or null.</param>
    /// <exception cref="ImageException">The project cannot be evaluated, does not have the framework, or does not become a program that
    /// Mote runs.</exception>
    public static ProjectProperties Read(string project, string configuration, string? framework)
    {
        // Without the framework first: given as a property, it would hide the project's own.
        Dictionary<string, string> values = Evaluate(project, configuration, framework: null);
        ProjectFrameworks frameworks = new(project, values.GetValueOrDefault("TargetFrameworks", ""),
            values.GetValueOrDefault("TargetFramework", ""));
        string? chosen = frameworks.Choose(framework);
        if (frameworks.AreSeveral)
        {
            values = Evaluate(project, configuration, chosen);
        }

        return Check(project, values) with { IsFrameworkChosen = chosen is not null };
    }

    private static Dictionary<string, string> Evaluate(string project, string configuration, string? framework)
    {
        // A program of one file has a project only in the eyes of the command build.
        string[] command = ProjectFile.IsOne(project) ? ["msbuild", project, "-nologo", "-nodeReuse:false"] : ["build", project, "-nologo", "--disable-build-servers"];
        (int status, string output, string all) = DotNetCommand.Run(Path.GetDirectoryName(project)!,
        [
            .. command, $"-p:Configuration={configuration}", "-p:RuntimeIdentifier=linux-x64", "-p:_IsPublishing=true",
            .. framework is null ? (string[])[] : [$"-p:TargetFramework={framework}"],
            .. s_properties.Select(name => $"-getProperty:{name}"),
        ]);
        return status == 0 ? Parse(project, output) : throw new ImageException($"{project} cannot be read by MSBuild:\n{BuildOutput.Shorten(all)}");
    }

    private static Dictionary<string, string> Parse(string project, string output)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(output);
            foreach (JsonProperty property in json.RootElement.GetProperty("Properties").EnumerateObject())
            {
                values[property.Name] = property.Value.GetString() ?? "";
            }

            return values;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ImageException($"MSBuild's answer about {project} was not understood:\n{BuildOutput.Shorten(output)}", e);
        }
    }

    private static ProjectProperties Check(string project, Dictionary<string, string> values)
    {
        string Value(string name) => values.GetValueOrDefault(name, "");
        bool IsTrue(string name) => bool.TryParse(Value(name), out bool value) && value;
        if (IsTrue("UsingMicrosoftNETSdkBlazorWebAssembly"))
        {
            throw new ImageException($"{project} runs in a browser (Blazor WebAssembly). Give the project of the server that delivers it.");
        }

        if (IsTrue("IsTestProject"))
        {
            throw new ImageException($"{project} holds tests, which dotnet test runs, and is not a program. Give the project of the program.");
        }

        if (!Value("OutputType").EndsWith("Exe", StringComparison.OrdinalIgnoreCase))
        {
            throw new ImageException($"{project} builds a library (OutputType {Value("OutputType")}), not a program. Give the project of the program that uses it.");
        }

        return new ProjectProperties(Value("AssemblyName"), IsTrue("PublishAot"), Value("TargetFramework"), IsFrameworkChosen: false,
            Value("Configurations").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}

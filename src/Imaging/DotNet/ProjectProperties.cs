using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Mote.Imaging.DotNet;

/// <summary>What MSBuild says of a project.</summary>
internal sealed record ProjectProperties(string AssemblyName, string OutputType, bool PublishAot, string TargetFramework)
{
    /// <summary>Evaluates the project as publishing would.</summary>
    /// <exception cref="ImageException">The project cannot be evaluated, or does not become a program that Mote runs.</exception>
    public static ProjectProperties Read(string project)
    {
        (int status, string output, string all) = DotNetCommand.Run(Path.GetDirectoryName(project)!,
        [
            "msbuild", project, "-nologo", "-nodeReuse:false", "-p:Configuration=Release", "-p:RuntimeIdentifier=linux-x64", "-p:_IsPublishing=true",
            "-getProperty:AssemblyName", "-getProperty:OutputType", "-getProperty:PublishAot", "-getProperty:TargetFramework", "-getProperty:TargetFrameworks",
        ]);
        if (status != 0)
        {
            throw new ImageException($"{project} cannot be read by MSBuild:\n{BuildOutput.Shorten(all)}");
        }

        return Check(project, Parse(project, output));
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
        var properties = new ProjectProperties(Value("AssemblyName"), Value("OutputType"), bool.TryParse(Value("PublishAot"), out bool aot) && aot, Value("TargetFramework"));
        if (properties.TargetFramework.Length == 0 && Value("TargetFrameworks").Length > 0)
        {
            throw new ImageException($"{project} builds for several frameworks ({Value("TargetFrameworks")}); Mote needs a project with one TargetFramework.");
        }

        if (!properties.OutputType.EndsWith("Exe", StringComparison.OrdinalIgnoreCase))
        {
            throw new ImageException($"{project} builds a library (OutputType {properties.OutputType}), not a program. Give the project of the program that uses it.");
        }

        return properties;
    }
}

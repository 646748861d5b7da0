using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Mote.Imaging.DotNet;

/// <summary>A program's <c>NAME.runtimeconfig.json</c>: which frameworks it starts with, and the runtime's settings.</summary>
/// <param name="IsSelfContained">The frameworks lie in the program's own folder.</param>
/// <param name="Frameworks">Name and version of each shared framework that it asks for; empty when self-contained.</param>
/// <param name="Included">Name and version of each framework that came with the program; empty when it is not self-contained.</param>
/// <param name="RollForward">The policy when that very version is not installed (docs: "Select which .NET version to use").</param>
/// <param name="Settings">configProperties, values as text.</param>
internal sealed record RuntimeConfig(
    bool IsSelfContained,
    IReadOnlyList<(string Name, Version Version)> Frameworks,
    IReadOnlyList<(string Name, Version Version)> Included,
    string RollForward,
    IReadOnlyDictionary<string, string> Settings)
{
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>True when the setting is there and true.</summary>
    public bool IsOn(string setting) => bool.TryParse(Settings.GetValueOrDefault(setting), out bool value) && value;

    /// <exception cref="ImageException">The file is not what it should be.</exception>
    public static RuntimeConfig Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), s_options);
            return Read(json.RootElement.GetProperty("runtimeOptions"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ImageException($"{path} does not say which runtime the program needs: {e.Message}", e);
        }
    }

    private static RuntimeConfig Read(JsonElement options)
    {
        var frameworks = new List<(string Name, Version Version)>();
        if (options.TryGetProperty("framework", out JsonElement one))
        {
            frameworks.Add(ReadFramework(one));
        }

        frameworks.AddRange(ReadFrameworks(options, "frameworks"));

        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (options.TryGetProperty("configProperties", out JsonElement properties))
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                settings[property.Name] = property.Value.ToString();
            }
        }

        string rollForward = options.TryGetProperty("rollForward", out JsonElement policy) ? policy.GetString() ?? "" : "Minor";
        return new RuntimeConfig(options.TryGetProperty("includedFrameworks", out _), frameworks, ReadFrameworks(options, "includedFrameworks"), rollForward, settings);
    }

    private static List<(string Name, Version Version)> ReadFrameworks(JsonElement options, string list)
    {
        var frameworks = new List<(string Name, Version Version)>();
        if (options.TryGetProperty(list, out JsonElement several))
        {
            foreach (JsonElement framework in several.EnumerateArray())
            {
                frameworks.Add(ReadFramework(framework));
            }
        }

        return frameworks;
    }

    private static (string Name, Version Version) ReadFramework(JsonElement framework)
    {
        string version = framework.GetProperty("version").GetString() ?? "";
        int preview = version.IndexOf('-', StringComparison.Ordinal);
        return (framework.GetProperty("name").GetString() ?? "", Version.Parse(preview < 0 ? version : version[..preview]));
    }
}

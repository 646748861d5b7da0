using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Mote.Imaging.DotNet;

/// <summary>The launch profiles of a project: how <c>dotnet run</c> and editors start it on the developer's own computer. A published program does not have them.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>A sentence that names the profiles that are not used, or null when the project has none.</summary>
    public static string? Ignored(string project)
    {
        string folder = Path.GetDirectoryName(project)!;
        string name = Path.GetExtension(project) is ".csproj" or ".fsproj" or ".vbproj"
            ? Path.Combine(Path.GetExtension(project) == ".vbproj" ? "My Project" : "Properties", "launchSettings.json")
            : Path.GetFileNameWithoutExtension(project) + ".run.json";
        List<string> names = Names(Path.Combine(folder, name));
        return names.Count == 0
            ? null
            : $"The launch {(names.Count == 1 ? "profile" : "profiles")} {string.Join(", ", names)} of {name} {(names.Count == 1 ? "is" : "are")} not used, as in a container. "
                + "--env sets variables such as ASPNETCORE_ENVIRONMENT=Development, arguments follow after --.";
    }

    private static List<string> Names(string path)
    {
        var names = new List<string>();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), s_options);
            foreach (JsonProperty profile in json.RootElement.GetProperty("profiles").EnumerateObject())
            {
                names.Add(profile.Name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // There are none; dotnet run would say what is wrong with the file.
        }

        return names;
    }
}

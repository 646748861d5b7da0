using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mote.Tests.Guest;

/// <summary>The lists of programs in this folder: a line each, fields in camel case, and none that nobody knows.</summary>
internal static class JsonCatalog
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static T[] Read<T>(string name) => JsonSerializer.Deserialize<T[]>(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Guest", name)), s_options)!;
}

using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Mote.Imaging;

/// <summary>
/// Reads config.json. By hand, because each start of an up-to-date image does it, and preparing the serializer for its first object costs more than all else then.
/// </summary>
internal static class ImageConfigReader
{
    /// <exception cref="JsonException">Not JSON, or a field is missing or of the wrong type.</exception>
    public static ImageConfig Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("it is not a JSON object.");
        }

        var arguments = new List<string>();
        foreach (JsonElement argument in Field(root, "arguments", JsonValueKind.Array).EnumerateArray())
        {
            arguments.Add(Text(argument, "arguments"));
        }

        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty variable in Field(root, "environment", JsonValueKind.Object).EnumerateObject())
        {
            environment[variable.Name] = Text(variable.Value, "environment");
        }

        return new ImageConfig
        {
            FormatVersion = (int)Number(root, "formatVersion", int.MaxValue),
            ToolVersion = Text(Field(root, "toolVersion", JsonValueKind.String), "toolVersion"),
            EntryPoint = Text(Field(root, "entryPoint", JsonValueKind.String), "entryPoint"),
            Arguments = arguments,
            Environment = environment,
            WorkingDirectory = Text(Field(root, "workingDirectory", JsonValueKind.String), "workingDirectory"),
            StopSignal = root.TryGetProperty("stopSignal", out JsonElement signal) && signal.ValueKind != JsonValueKind.Null ? Text(signal, "stopSignal") : null,
            RootImageBytes = Number(root, "rootImageBytes", long.MaxValue),
            HasDiagnostics = root.TryGetProperty("hasDiagnostics", out JsonElement diagnostics) && diagnostics.ValueKind == JsonValueKind.True,
            FixedArguments = (int)Number(root, "fixedArguments", int.MaxValue),
        };
    }

    private static JsonElement Field(JsonElement root, string name, JsonValueKind kind) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind ? value : throw Wrong(name);

    private static string Text(JsonElement value, string name) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name);

    private static long Number(JsonElement root, string name, long max) =>
        Field(root, name, JsonValueKind.Number).TryGetInt64(out long value) && value >= 0 && value <= max ? value : throw Wrong(name);

    private static JsonException Wrong(string name) => new($"its field \"{name}\" is missing or has a value that makes no sense.");
}

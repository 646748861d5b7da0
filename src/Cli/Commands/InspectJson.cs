using System.Text.Json.Serialization;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>The serializer of the report, generated at build time: reflection costs start-up time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImageReport))]
internal sealed partial class InspectJson : JsonSerializerContext;

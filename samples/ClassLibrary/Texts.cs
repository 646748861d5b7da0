using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

/// <summary>Regular expressions and JSON.</summary>
internal static partial class Texts
{
    public static Task Run(string folder)
    {
        StringBuilder log = new();
        for (int i = 0; i < 2000; i++)
        {
            log.Append($"2024-02-{i % 28 + 1:D2} 12:{i % 60:D2} worker-{i % 7} took {i * 37 % 1000} ms\n");
        }

        string text = log.ToString();
        foreach (RegexOptions options in (RegexOptions[])[RegexOptions.None, RegexOptions.Compiled, RegexOptions.NonBacktracking])
        {
            Regex regex = new(@"worker-(?<worker>\d) took (?<ms>\d+) ms", options | RegexOptions.CultureInvariant);
            Check.Say($"regex {options}", regex.Matches(text).Where(m => m.Groups["worker"].Value == "3").Sum(m => int.Parse(m.Groups["ms"].ValueSpan)));
        }

        Check.Say("regex generated", string.Join(' ', Words().Split("one,two;;three four").Select(word => word.Length)));
        Check.Say("regex replace", Regex.Replace("Grüße an die Welt", @"\b(\w)(\w*)", m => m.Groups[2].Value + m.Groups[1].Value));
        try
        {
            _ = new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(50)).IsMatch(new string('a', 40) + "b");
        }
        catch (RegexMatchTimeoutException e)
        {
            Check.Say("regex timeout", e.MatchTimeout);
        }

        Order order = new(7, "Käse \"Brie\" 世界", [new Line("cheese", 2, 3.25m), new Line("bread", 1, 0.1m)], new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2)), null);
        string json = JsonSerializer.Serialize(order, OrderContext.Default.Order);
        Check.Say("json", json);
        Order back = JsonSerializer.Deserialize(json, OrderContext.Default.Order)!;
        Check.Say("json back", $"{back.Name} {back.Lines.Sum(line => line.Count * line.Price)} {back.At:O} {back.Note is null}");
        Check.Say("json node", JsonNode.Parse("""{"a":[1,2,{"b":null}],"c":1e-7}""")!["a"]![2]!.ToJsonString());
        try
        {
            _ = JsonDocument.Parse("""{"a":[1,2}""");
        }
        catch (JsonException e)
        {
            Check.Say("json error", e.Message);
        }

        return Task.CompletedTask;
    }

    [GeneratedRegex("[,; ]+")]
    private static partial Regex Words();
}

internal sealed record Line(string What, int Count, decimal Price);

internal sealed record Order(int Id, string Name, Line[] Lines, DateTimeOffset At, string? Note);

[JsonSourceGenerationOptions(WriteIndented = false, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;

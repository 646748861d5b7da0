namespace Mote.Cli;

/// <summary>The tool's own words to the user, on standard error.</summary>
internal static class Report
{
    public static void Error(string text) => Line("mote: " + text);

    public static void Warning(string text) => Line("mote: warning: " + text);

    public static void Line(string text) => HostOutput.StandardError.WriteLine(text);
}

/// <summary>The console's input.</summary>
internal static class Input
{
    public static Task Run(string folder)
    {
        Check.Say("redirected", $"{Console.IsInputRedirected} {Console.IsOutputRedirected}");
        string? first = Console.ReadLine();
        Check.Say("line", first);
        Check.Say("character", Console.Read());
        Check.Say("rest", Console.In.ReadToEnd().Split('\n').Length);
        Check.Say("end", Console.ReadLine() is null);
        Console.Error.WriteLine("to the error stream");
        return Task.CompletedTask;
    }
}

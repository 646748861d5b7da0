using System;
using System.Collections.Generic;
using System.Linq;

namespace Mote.Tests.Guest;

/// <summary>The programs of programs.json, one for each build.</summary>
public static class ProgramCatalog
{
    private static readonly Lazy<Dictionary<string, GuestProgram>> s_programs = new(Load);

    public static GuestProgram Get(string title) => s_programs.Value[title];

    public static IEnumerable<object[]> TitlesOf(string group) =>
        s_programs.Value.Values.Where(program => program.Group == group && !program.Long).Select(program => new object[] { program.Title });

    /// <summary>The long ones of all groups.</summary>
    public static IEnumerable<object[]> LongTitles => s_programs.Value.Values.Where(program => program.Long).Select(program => new object[] { program.Title });

    public static IEnumerable<string> Groups => s_programs.Value.Values.Select(program => program.Group).Distinct();

    private static Dictionary<string, GuestProgram> Load()
    {
        return JsonCatalog.Read<GuestProgram>("programs.json")
            .SelectMany(line => line.Builds.Count == 0 ? [line] : line.Builds.Select(build => line with { Build = build }))
            .ToDictionary(program => program.Title);
    }
}

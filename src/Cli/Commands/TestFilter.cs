using System;
using System.Collections.Generic;

namespace Mote.Cli.Commands;

/// <summary>The arguments of <c>dotnet test</c>, which takes only one <c>--filter</c>.</summary>
internal static class TestFilter
{
    /// <summary>The arguments with a filter that selects what both theirs and <paramref name="filter"/> do.</summary>
    public static IReadOnlyList<string> Narrow(IReadOnlyList<string> arguments, string filter)
    {
        const string Option = "--filter";
        List<string> others = [];
        for (int index = 0; index < arguments.Count; index++)
        {
            string argument = arguments[index];
            if (argument == Option && index + 1 < arguments.Count)
            {
                index++;
                filter = $"({filter})&({arguments[index]})";
            }
            else if (argument.StartsWith(Option + "=", StringComparison.Ordinal))
            {
                filter = $"({filter})&({argument[(Option.Length + 1)..]})";
            }
            else
            {
                others.Add(argument);
            }
        }

        return [.. others, Option, filter];
    }
}

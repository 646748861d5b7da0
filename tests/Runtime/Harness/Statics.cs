using System;
using System.Collections.Generic;

namespace Mote.Harness;

internal static class Statics
{
    private static readonly List<string> s_log = [];
    private static readonly int[] s_table = [1, 2, 3, 5, 8];
    private static readonly string s_computed = string.Concat("computed ", s_table.Length);

    [ThreadStatic]
    private static int t_number;

    [ThreadStatic]
    private static List<int>? t_list;

    private static class Late
    {
        public static readonly int Value = Record("late initializer");

        static Late()
        {
            Record("late constructor");
        }
    }

    private static int Record(string text)
    {
        s_log.Add(text);
        return s_log.Count;
    }

    public static void Run()
    {
        Record("before");
        int value = Late.Value;
        Output.Line($"statics {s_computed} {s_table[4]} {value} {string.Join(", ", s_log)}");
        for (int i = 0; i < 10; i++)
        {
            t_number += i;
            (t_list ??= []).Add(t_number);
        }

        Output.Line($"thread statics {t_number} {string.Join(' ', t_list!)}");
        Output.Line($"environment {Environment.ProcessorCount > 0} {Environment.NewLine.Length} {Environment.TickCount64 >= 0}");
    }
}

using System;
using System.Collections.Generic;

namespace Mote.Harness;

internal static class Collections
{
    private readonly record struct Point(int X, int Y);

    public static void Run()
    {
        Dictionary<string, int> words = [];
        for (int i = 0; i < 1000; i++)
        {
            words[$"key{i}"] = i * i;
        }

        for (int i = 0; i < 1000; i += 3)
        {
            words.Remove($"key{i}");
        }

        long sum = 0;
        foreach ((string key, int value) in words)
        {
            sum += value + key.Length;
        }

        Output.Line($"dictionary {words.Count} {sum} {words.ContainsKey("key3")} {words["key4"]}");

        Dictionary<Point, string> points = new() { [new Point(1, 2)] = "a", [new Point(2, 1)] = "b" };
        Output.Line($"records {points[new Point(2, 1)]} {points.ContainsKey(new Point(3, 3))} {new Point(1, 2) == new Point(1, 2)}");

        List<int> numbers = [5, 3, 9, -2, 7, 0];
        numbers.Sort();
        numbers.Insert(2, 100);
        numbers.RemoveAll(number => number % 2 != 0 && number > 0);
        Output.Line($"list {string.Join(',', numbers)} {numbers.BinarySearch(100)} {numbers.IndexOf(-2)}");

        string[] names = ["delta", "Alpha", "charlie", "bravo"];
        Array.Sort(names, StringComparer.Ordinal);
        Output.Line("ordinal " + string.Join(' ', names));
        Array.Sort(names, (left, right) => right.Length - left.Length);
        Output.Line("length " + names[0].Length + names[3].Length);

        HashSet<int> set = [1, 2, 3, 2, 1];
        set.UnionWith([7, 8]);
        set.ExceptWith([1]);
        Output.Line($"set {set.Count} {set.Contains(8)} {set.Contains(1)}");

        Queue<string> queue = new();
        Stack<int> stack = new();
        for (int i = 0; i < 20; i++)
        {
            queue.Enqueue("q" + i);
            stack.Push(i);
            if (i % 3 == 0)
            {
                queue.Dequeue();
            }
        }

        Output.Line($"queue {queue.Count} {queue.Peek()} stack {stack.Pop()} {stack.Count}");

        SortedDictionary<int, char> sorted = new() { [3] = 'c', [1] = 'a', [2] = 'b' };
        LinkedList<int> linked = new([1, 2, 3]);
        linked.AddFirst(0);
        PriorityQueue<string, int> priorities = new();
        priorities.Enqueue("later", 9);
        priorities.Enqueue("first", 1);
        Output.Line($"sorted {string.Join("", sorted.Values)} linked {string.Join("", linked)} {priorities.Dequeue()}");

        int[,] grid = new int[3, 4];
        grid[2, 3] = 17;
        int[][] jagged = [[1], [2, 3]];
        Output.Line($"arrays {grid.Length} {grid[2, 3]} {grid.GetLength(1)} {jagged[1][1]} {jagged.Length}");
    }
}

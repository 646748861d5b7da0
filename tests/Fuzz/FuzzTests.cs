using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Fuzz;

public sealed class FuzzTests
{
    private const int Mutations = 3000;

    public static TheoryData<string> Targets => [.. All().Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_corpus_and_its_mutations_break_nothing(string name)
    {
        FuzzTarget target = All().Single(t => t.Name == name);
        List<byte[]> corpus = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", name)).Order(StringComparer.Ordinal).Select(ReadCorpus)];
        Assert.NotEmpty(corpus);
        corpus.ForEach(input => Feed(target, input));

        // The same on every run, unless somebody asks for more.
        string? seconds = Environment.GetEnvironmentVariable("MOTE_FUZZ_SECONDS");
        Random random = seconds is null ? new Random(1) : new Random();
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; seconds is null ? i < Mutations : watch.Elapsed.TotalSeconds < double.Parse(seconds, CultureInfo.InvariantCulture); i++)
        {
            Feed(target, Mutate(random, corpus));
        }
    }

    private static FuzzTarget[] All() =>
        [.. typeof(FuzzTarget).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(FuzzTarget))).Select(t => (FuzzTarget)Activator.CreateInstance(t)!)];

    private static void Feed(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{target.Name} fails on {Convert.ToHexString(input)}", e);
        }
    }

    private static byte[] ReadCorpus(string path)
    {
        IEnumerable<string> lines = File.ReadLines(path).Select(line => line.Split('#')[0]);
        return Convert.FromHexString(string.Concat(lines.SelectMany(line => line.Where(c => !char.IsWhiteSpace(c)))));
    }

    private static byte[] Mutate(Random random, List<byte[]> corpus)
    {
        List<byte> input = [.. corpus[random.Next(corpus.Count)]];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            int at = random.Next(input.Count + 1);
            switch (random.Next(5))
            {
                case 0:
                    input.Insert(at, (byte)random.Next(256));
                    break;
                case 1 when at < input.Count:
                    input.RemoveAt(at);
                    break;
                case 2 when at < input.Count:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    byte[] other = corpus[random.Next(corpus.Count)];
                    int from = random.Next(other.Length + 1);
                    input.InsertRange(at, other[from..random.Next(from, other.Length + 1)]);
                    break;
                default:
                    if (at < input.Count)
                    {
                        input[at] = (byte)random.Next(256);
                    }

                    break;
            }
        }

        return [.. input];
    }
}

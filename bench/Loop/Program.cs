using System.Diagnostics;

// Computes without asking the kernel for anything, and says how long it took.
int[] primes = new int[200_000];
long started = Stopwatch.GetTimestamp();
ulong sum = 0;
for (int round = 0; round < 12; round++)
{
    int count = 0;
    for (int candidate = 2; count < 20_000; candidate++)
    {
        bool isPrime = true;
        for (int i = 0; i < count && primes[i] * primes[i] <= candidate; i++)
        {
            if (candidate % primes[i] == 0)
            {
                isPrime = false;
                break;
            }
        }

        if (isPrime)
        {
            primes[count++] = candidate;
        }
    }

    foreach (int prime in primes)
    {
        sum = (sum * 31) + (ulong)prime;
    }
}

Console.WriteLine($"loop {Stopwatch.GetElapsedTime(started).TotalNanoseconds:F0} ns, sum {sum}");

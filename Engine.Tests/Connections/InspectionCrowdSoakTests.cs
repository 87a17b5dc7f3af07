// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Connections;

/// <summary>Clients that come, are placed and crowd each other out on several threads at once: each has one end, and the limit holds.</summary>
[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public sealed class InspectionCrowdSoakTests
{
    private const int Threads = 4;
    private const int Most = 8;
    private const int Steps = 200_000;

    [Fact]
    public void Enter_HoldersOfOneThreadEach_LimitIsPassedBySoManyAndAllAddsUp()
    {
        var crowd = new InspectionCrowd();
        var holders = new Reactor[Threads];
        for (int i = 0; i < Threads; i++)
        {
            holders[i] = new Reactor(crowd, (ushort)i);
        }

        using var barrier = new Barrier(Threads);
        int atRest = 0;
        Threaded.Run(Threads, thread =>
        {
            Reactor own = holders[thread];
            for (int step = 0; step < Steps; step++)
            {
                own.Step();
                Assert.InRange(crowd.Count, 0, Most + InspectionCrowd.MostLeaving);
            }

            // An ask that finds nobody goes on to another holder, and so at most once round.
            for (int round = 0; round < 2 * Threads; round++)
            {
                barrier.SignalAndWait();
                own.CatchUp();
            }

            barrier.SignalAndWait();
            Volatile.Write(ref atRest, crowd.Count);
            barrier.SignalAndWait();
            own.LeaveAll();
        });

        Assert.InRange(atRest, 0, Most);
        Assert.Equal((0, 0), (crowd.Count, crowd.Leaving));
        Assert.Equal(holders.Sum(static holder => holder.Entered), holders.Sum(static holder => holder.LeftOrCrowdedOut));
        Assert.All(holders, static holder => Assert.True(holder.CrowdedOut > 0, "Nobody was crowded out."));
    }

    [Fact]
    public void Enter_ManyThreadsOfOneHolder_EachClientHasOneEndAndTheLimitHolds()
    {
        var crowd = new InspectionCrowd();
        var pool = new ThreadPoolHolder();
        int refused = 0;
        int placed = 0;
        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            var own = new List<CountedClient>();
            for (int step = 0; step < Steps; step++)
            {
                if (random.Next(2) == 0 || own.Count == 0)
                {
                    if (!crowd.TryEnter(Most, out int tooMany))
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    if (tooMany > 0)
                    {
                        crowd.Ask(tooMany, pool);
                    }

                    var client = new CountedClient { AcceptedMilliseconds = step };
                    crowd.Of(0, pool).Add(client);
                    own.Add(client);
                }
                else
                {
                    int at = random.Next(own.Count);
                    CountedClient client = own[at];
                    own.RemoveAt(at);
                    bool isPlaced = crowd.Of(0, pool).TryLeave(client);
                    Interlocked.Add(ref placed, isPlaced ? 1 : 0);
                    client.End(isPlaced ? 1 : 0);
                }

                // Each thread may be about to let one in and to end one.
                Assert.InRange(crowd.Count, 0, Most + (2 * Threads));
            }

            foreach (CountedClient client in own)
            {
                client.End(crowd.Of(0, pool).TryLeave(client) ? 1 : 0);
            }
        });

        Assert.Equal((0, 0), (crowd.Count, crowd.Leaving));
        Assert.Equal(0, refused);
        Assert.Equal(0, pool.Doubles + CountedClient.Wrong);
        Assert.True(pool.Ended > 0 && placed > 0, "Nobody was crowded out, or nobody was placed.");
    }

    /// <summary>A holder that works off what others ask of it between two steps of its own.</summary>
    private sealed class Reactor : IInspectionHolder
    {
        private readonly InspectionCrowd _crowd;
        private readonly InspectedClients _clients;
        private readonly Random _random;
        private readonly List<CountedClient> _live = [];
        private long _now;
        private int _isAsked;

        public Reactor(InspectionCrowd crowd, ushort number)
        {
            _crowd = crowd;
            _random = new Random(number);
            _clients = crowd.Of(number, this);
        }

        public bool IsOneThread => true;

        public long Entered { get; private set; }

        public long CrowdedOut { get; private set; }

        public long LeftOrCrowdedOut { get; private set; }

        public void MakeRoom(InspectedClients clients, bool isHolder)
        {
            if (isHolder)
            {
                EndAsked();
            }
            else
            {
                Volatile.Write(ref _isAsked, 1);
            }
        }

        public void Step()
        {
            if (_random.Next(5) < 3 || _live.Count == 0)
            {
                Enter();
            }
            else
            {
                int at = _random.Next(_live.Count);
                Assert.True(_clients.TryLeave(_live[at]));
                _live.RemoveAt(at);
                LeftOrCrowdedOut++;
            }

            if (_random.Next(8) == 0)
            {
                CatchUp();
            }
        }

        public void CatchUp()
        {
            if (Interlocked.Exchange(ref _isAsked, 0) != 0)
            {
                EndAsked();
            }
        }

        public void LeaveAll()
        {
            foreach (CountedClient client in _live)
            {
                Assert.True(_clients.TryLeave(client));
                LeftOrCrowdedOut++;
            }
        }

        private void Enter()
        {
            if (!_crowd.TryEnter(Most, out int tooMany))
            {
                return;
            }

            if (tooMany > 0)
            {
                _crowd.Ask(tooMany, this);
            }

            var client = new CountedClient { AcceptedMilliseconds = ++_now };
            _clients.Add(client);
            _live.Add(client);
            Entered++;
        }

        private void EndAsked()
        {
            while (_clients.TryTakeAsked(out Connection? client, out _))
            {
                // The oldest of its own, always.
                Assert.Same(_live[0], client);
                _live.RemoveAt(0);
                CrowdedOut++;
                LeftOrCrowdedOut++;
            }
        }
    }

    private sealed class ThreadPoolHolder : IInspectionHolder
    {
        private int _ended;
        private int _doubles;

        public bool IsOneThread => false;

        public int Ended => Volatile.Read(ref _ended);

        public int Doubles => Volatile.Read(ref _doubles);

        public void MakeRoom(InspectedClients clients, bool isHolder)
        {
            while (clients.TryTakeAsked(out Connection? client, out _))
            {
                Interlocked.Increment(ref _ended);
                if (((CountedClient)client).CountEnd() != 1)
                {
                    Interlocked.Increment(ref _doubles);
                }
            }
        }
    }

    private sealed class CountedClient : Connection
    {
        private static int _wrong;
        private int _ends;

        public static int Wrong => Volatile.Read(ref _wrong);

        public int CountEnd() => Interlocked.Increment(ref _ends);

        /// <summary>Its own thread has done with it: it has gone of itself, or another thread has ended it or is about to.</summary>
        public void End(int ends)
        {
            if (ends > 0 && CountEnd() != 1)
            {
                Interlocked.Increment(ref _wrong);
            }
        }
    }
}

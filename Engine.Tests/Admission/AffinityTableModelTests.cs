// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Admission;
using LbEngine.Tables;

namespace LbEngine.Tests.Admission;

public class AffinityTableModelTests
{
    private const int Clients = 8;
    private const int Timeout = 20;

    [Fact]
    public void AnySequence_AgainstADictionary_GivesTheSameAnswers()
    {
        // A step is a client (0 to 7) and what happens: it connects, a connection ends, its backend is replaced, time passes.
        Arbitrary<int[]> steps = Gen.Choose(0, (Clients * 4) - 1).ArrayOf().Resize(200).ToArbitrary();

        Prop.ForAll(steps, Agrees).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool Agrees(int[] steps)
    {
        var table = new AffinityTable(Clients, Timeout);
        var model = new Dictionary<int, (int Backend, int Open, long LastUsed)>();
        long now = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            int client = steps[i] / 4;
            AddressKey address = AffinityTableTests.Client(client);
            bool pinned = model.TryGetValue(client, out (int Backend, int Open, long LastUsed) pin)
                && (pin.Open > 0 || now - pin.LastUsed < Timeout);
            switch (steps[i] % 4)
            {
                case 0:
                    Assert.Equal(pinned, table.TryAcquire(address, now, out int backend));
                    if (!pinned)
                    {
                        pin = (i, 0, now);
                        Assert.True(table.TryPin(address, i, now, out backend));
                    }

                    Assert.Equal(pin.Backend, backend);
                    model[client] = pin with { Open = pin.Open + 1 };
                    break;
                case 1 when pinned && pin.Open > 0:
                    table.Release(address, now);
                    model[client] = pin with { Open = pin.Open - 1, LastUsed = now };
                    break;
                case 2 when pinned && pin.Open > 0:
                    table.Replace(address, pin.Backend, i, out int replaced);
                    Assert.Equal(i, replaced);
                    model[client] = pin with { Backend = i };
                    break;
                case 3:
                    now += client;
                    break;
            }

            Assert.Equal(model.Values.Count(p => p.Open > 0 || now - p.LastUsed < Timeout), table.Count(now));
        }

        return true;
    }
}

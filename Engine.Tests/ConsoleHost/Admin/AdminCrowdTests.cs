// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Admin;
using LbEngine.Testing;

namespace LbEngine.Tests.ConsoleHost.Admin;

/// <summary>Who has to leave the admin interface when it is full. Guests are written as <c>peer:standing</c>, in the order in which they come.</summary>
public class AdminCrowdTests
{
    private const int Most = 4;
    private const int MostOfOne = 3;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("nobody is there", "", null)]
    [InlineData("there is room", "a:Silent a:Silent a:Silent", null)]
    [InlineData("the first of a peer that has too many", "a:Silent a:Silent a:Silent a:Silent", 0)]
    [InlineData("another peer is not its business", "b:Silent a:Silent a:Silent a:Silent a:Silent", 1)]
    [InlineData("who is silent before who was heard", "a:Heard a:Silent a:Asking a:Silent", 1)]
    [InlineData("who was heard before who asks", "a:Asking a:Heard a:Asking a:Heard", 1)]
    [InlineData("when all of them ask, the first", "a:Asking a:Asking a:Asking a:Asking", 0)]
    [InlineData("too many: one of the peer that has most, whatever it does", "b:Silent a:Asking a:Asking a:Asking c:Silent", 1)]
    [InlineData("too many with one each: the first", "a:Silent b:Silent c:Silent d:Silent e:Silent", 0)]
    public void FindLeaving_SoManyGuests_IsTheRightOne(string because, string there, int? expected)
    {
        var crowd = new AdminCrowd(Most, MostOfOne);
        AdminGuest[] guests = [.. there.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
        Array.ForEach(guests, crowd.Enter);
        _time.Advance(TimeSpan.FromSeconds(10));

        AdminGuest? leaving = crowd.FindLeaving();

        Assert.True(Equals(expected is int index ? guests[index] : null, leaving), because);
    }

    [Fact]
    public void Leave_WhoHadToGoBefore_TakesNobodyElsesPlace()
    {
        var crowd = new AdminCrowd(Most, MostOfOne);
        AdminGuest[] guests = [.. Enumerable.Repeat("a:Silent", MostOfOne + 2).Select(Read)];
        Array.ForEach(guests, crowd.Enter);

        _time.Advance(TimeSpan.FromSeconds(10));

        crowd.Leave(guests[0]);
        crowd.Leave(guests[0]);

        Assert.Same(guests[1], crowd.FindLeaving());
    }

    [Theory]
    [InlineData("Silent", 300, true)]
    [InlineData("Silent", 200, false)]
    [InlineData("Sending", 300, true)]
    [InlineData("Asking", 4000, false)]
    public void FindLeaving_PeerWithTooManyAndRoomForOthers_WaitsUntilTheirTimeIsOver(string standing, int milliseconds, bool expected)
    {
        var crowd = new AdminCrowd(10, MostOfOne);
        Array.ForEach([.. Enumerable.Repeat($"a:{standing}", MostOfOne + 1).Select(Read)], crowd.Enter);

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(expected, crowd.FindLeaving() is not null);
    }

    private AdminGuest Read(string text) => new(text.Split(':')[0], Enum.Parse<AdminStanding>(text.Split(':')[1]), static () => { }, _time);
}

// SPDX-License-Identifier: MIT
using LbEngine.Tests.Architecture.Uses;

namespace LbEngine.Tests.Architecture.Rules;

/// <summary>The judge itself, on a house of three rooms: it finds what is wrong, and lets go what is not.</summary>
public sealed class FolderRulesTests
{
    private static readonly FolderRules House = new(
        [new Room("Cellar", "Knows nobody."), new Room("Hall", "Stands on the cellar."), new Room(FolderRules.Root, "The roof.")],
        [new Door("LbEngine.Cellar.Hatch", FolderRules.Root, "Coal.")]);

    [Theory]
    [InlineData("upwards", "LbEngine.Cellar.Barrel", "LbEngine.Hall.Chair", true)]
    [InlineData("upwards, from a type within a type", "LbEngine.Cellar.Barrel+<>c", "LbEngine.Hall.Chair", true)]
    [InlineData("upwards, from and to folders below", "LbEngine.Cellar.Wine.Bottle", "LbEngine.Hall.Corner.Lamp", true)]
    [InlineData("upwards, to a folder that stands nowhere", "LbEngine.Cellar.Barrel", "LbEngine.Barn.Hay", true)]
    [InlineData("upwards, to the files beside the folders", "LbEngine.Cellar.Barrel", "LbEngine.House", true)]
    [InlineData("upwards through a door", "LbEngine.Cellar.Hatch", "LbEngine.House", false)]
    [InlineData("upwards through a door that leads elsewhere", "LbEngine.Cellar.Hatch", "LbEngine.Hall.Chair", true)]
    [InlineData("within the room", "LbEngine.Cellar.Wine.Bottle", "LbEngine.Cellar.Barrel", false)]
    [InlineData("out of the house", "LbEngine.Cellar.Barrel", "System.Text.Generated", false)]
    public void FindAgainstOrder_TypesOfTheFirstRoom_AreJudgedByWhereTheyReach(string sentence, string user, string used, bool isWrong)
    {
        string[] wrong = [.. House.FindAgainstOrder("Cellar", [new TypeUse(user, used)])];

        Assert.True(isWrong == (wrong.Length == 1), sentence);
    }

    [Theory]
    [InlineData("Hall", "LbEngine.Hall.Chair", "LbEngine.Cellar.Barrel")]
    [InlineData("*", "LbEngine.House", "LbEngine.Hall.Chair")]
    public void FindAgainstOrder_Downwards_IsRight(string room, string user, string used)
    {
        Assert.Empty(House.FindAgainstOrder(room, [new TypeUse(user, used)]));
    }

    [Theory]
    [InlineData("through the wall", "Hall/Kitchen", "Hall/Bath", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Bath.Tub", true)]
    [InlineData("through the wall, from further in", "Hall/Kitchen", "Hall/Bath", "LbEngine.Hall.Kitchen.Shelf.Cup", "LbEngine.Hall.Bath.Tub", true)]
    [InlineData("a folder whose name only begins so", "Hall/Kitchen", "Hall/Bath", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Bathing.Suit", false)]
    [InlineData("somebody else", "Hall/Kitchen", "Hall/Bath", "LbEngine.Hall.Chair", "LbEngine.Hall.Bath.Tub", false)]
    [InlineData("the parent, which is hidden whole", "Hall/Kitchen", "Hall", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Chair", true)]
    [InlineData("itself, though the parent is hidden whole", "Hall/Kitchen", "Hall", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Kitchen.Pan", false)]
    [InlineData("the parent's own files", "Hall/Kitchen", "Hall/*", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Chair", true)]
    [InlineData("below the parent, whose own files alone are hidden", "Hall/Kitchen", "Hall/*", "LbEngine.Hall.Kitchen.Pot", "LbEngine.Hall.Bath.Tub", false)]
    public void FindThrough_OneUse_IsJudgedByFolders(string sentence, string folder, string hidden, string user, string used, bool isWrong)
    {
        var wall = new Wall(folder, "For this test.", hidden);

        string[] wrong = [.. FolderRules.FindThrough(wall, [new TypeUse(user, used)])];

        Assert.True(isWrong == (wrong.Length == 1), sentence);
    }
}
